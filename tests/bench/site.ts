import { readdirSync, readFileSync } from 'node:fs';
import { TestServer } from '../support/server.ts';
import { openingOf, readPack, topicOf } from '../../src/lib/domain/bank/pack.ts';
import { BARE_PATH, BARE_WITH_WORKER_PATH, BareServer } from './bare.ts';
import type { Single } from './bare-page.ts';
import { Shaper } from './shaper.ts';

const TOPIC = 'anti-fraud';

/** One of the two that are compared: a page, its server and a link of its own. */
export interface Site {
  name: 'bare' | 'park';
  shaper: Shaper;
  /** Of a first visit. */
  path: string;
  /** Of the page that installs a service worker. */
  pathWithWorker: string;
  /** The server alone; the link stays. */
  up(): Promise<void>;
  down(): Promise<void>;
  remove(): Promise<void>;
}

export async function parkSite(buildDir: string): Promise<Site> {
  const server = await TestServer.start({ buildDir });
  const shaper = await Shaper.start(server.port);
  const path = `/quiz/topic/${TOPIC}`;
  return {
    name: 'park',
    shaper,
    path,
    pathWithWorker: path,
    up: () => server.up({ buildDir }),
    down: async () => void (await server.down()),
    remove: async () => {
      await shaper.cut();
      await server.remove();
    },
  };
}

export async function bareSite(buildDir: string): Promise<Site> {
  const { title, questions } = sameQuestions(buildDir);
  const server = await BareServer.start(`${title} · 民法典公园`, questions);
  const shaper = await Shaper.start(server.port);
  return {
    name: 'bare',
    shaper,
    path: BARE_PATH,
    pathWithWorker: BARE_WITH_WORKER_PATH,
    up: () => server.up(),
    down: async () => void (await server.down()),
    remove: async () => {
      await shaper.cut();
      await server.down();
    },
  };
}

/** The question that the park's page opens with, and another of its topic. */
function sameQuestions(buildDir: string): { title: string; questions: [Single, Single] } {
  const topic = topicOf(packOf(buildDir), TOPIC);
  const opening = openingOf(topic?.questions ?? []);
  const other = topic?.questions.find((q): q is Single => q.type === 'single' && q !== opening);
  if (!topic || opening?.type !== 'single' || !other) {
    throw new Error(`The topic ${TOPIC} must open with a question of type single.`);
  }
  return { title: topic.title, questions: [opening, other] };
}

function packOf(buildDir: string) {
  const name = readdirSync(`${buildDir}/client/packs`).find((file) => file.endsWith('.json'));
  if (!name) throw new Error(`There is no finished build in ${buildDir}. Run npm run build first.`);
  return readPack(readFileSync(`${buildDir}/client/packs/${name}`, 'utf8'));
}
