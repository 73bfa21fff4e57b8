import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { minifySync, type Plugin } from 'vite';
import {
  openingOf,
  questionsOf,
  secondOf,
  type Pack,
  type Question,
} from '../src/lib/domain/bank/pack.ts';
import { buildPack, type BuiltPack } from '../src/lib/server/bank/read.ts';

/**
 * Brings the bank into the build. A bad bank stops the build with file, question and reason.
 *
 * - `virtual:catalogue`: what every page knows of the bank without the pack (its rules, the pack's name)
 * - `virtual:topics`: the list of topics, which the first answer must not wait for
 * - `virtual:names`: what people call articles of the law, for the search
 * - `virtual:trail`: the trail and its stations; `virtual:stories`: what is told there
 * - `virtual:openings`: on the server the question a page is printed with; in the browser it is read from that page
 * - `virtual:early`: the listener that stands in the HTML itself, minified
 * - `/packs/<hash>.json`: the pack
 */
export function bankPlugin(directory = 'questions'): Plugin {
  let built: BuiltPack | undefined;
  const pack = () => (built ??= buildPack(resolve(directory)));
  return {
    name: 'question-bank',
    resolveId(id) {
      return /^virtual:(catalogue|topics|names|trail|stories|openings|early)$/.test(id)
        ? `\0${id}`
        : undefined;
    },
    load(id, options) {
      if (id === '\0virtual:catalogue') return catalogue(pack());
      if (id === '\0virtual:topics') return topicList(pack().bank.pack);
      if (id === '\0virtual:names')
        return `export const names = ${JSON.stringify(pack().bank.names)};`;
      if (id === '\0virtual:trail') return trailOf(pack().bank.pack);
      if (id === '\0virtual:stories') return storiesOf(pack().bank.pack);
      if (id === '\0virtual:openings')
        return options?.ssr ? serverOpenings(pack().bank.pack) : PAGE_OPENINGS;
      if (id === '\0virtual:early') return options?.ssr ? earlyScript() : 'export default "";';
      return undefined;
    },
    generateBundle() {
      if (this.environment.name !== 'client') return;
      const { hash, json } = pack();
      this.emitFile({ type: 'asset', fileName: `packs/${hash}.json`, source: json });
    },
    configureServer(server) {
      server.middlewares.use('/packs', (_request, response) => {
        response.setHeader('content-type', 'application/json').end(pack().json);
      });
      server.watcher.add(resolve(directory));
      server.watcher.on('change', (file) => {
        if (file.startsWith(resolve(directory))) built = undefined;
      });
    },
  };
}

function catalogue({ hash, bank }: BuiltPack): string {
  return [
    `export const packHash = ${JSON.stringify(hash)};`,
    `export const campaign = ${JSON.stringify(bank.pack.campaign)};`,
  ].join('\n');
}

function topicList(pack: Pack): string {
  const topics = pack.topics.map(({ id, title, summary, collection, questions }) => ({
    ...{ id, title, summary, collection },
    count: questions.length,
  }));
  return `export const topics = ${JSON.stringify(topics)};`;
}

function trailOf({ trail, stations = [] }: Pack): string {
  const list = stations.map(({ id, name, book, at, questions }) => ({
    ...{ id, name, book, at, questions },
  }));
  return [
    `export const trail = ${JSON.stringify(trail)};`,
    `export const stations = ${JSON.stringify(list)};`,
  ].join('\n');
}

function storiesOf({ stations = [] }: Pack): string {
  const told = stations.map(({ id, story, sources }) => [id, { story, sources }]);
  return `export const stories = ${JSON.stringify(Object.fromEntries(told))};`;
}

function serverOpenings(pack: Pack): string {
  const byId = questionsOf(pack);
  const printed = (questions: Question[]) => ({
    question: openingOf(questions),
    second: secondOf(questions),
  });
  const topics = pack.topics.map(({ id, title, questions }) => {
    const topic = { id, title, count: questions.length };
    return [`topic:${id}`, { ...printed(questions), topic }];
  });
  const stations = (pack.stations ?? []).map(({ id, name, questions: ids }) => {
    const [first, next] = ids.flatMap((q) => byId.get(q) ?? []);
    // They are asked in their order, so the second is printed only where it can be answered by tapping.
    const station = { id, name, count: ids.length };
    return [`station:${id}`, { ...printed([first, next].flatMap((q) => q ?? [])), station }];
  });
  // Where too much of a day was withdrawn nothing is printed: its page begins when the app has started.
  const daily = Object.entries(pack.daily).flatMap(([date, ids]) => {
    const five = ids.flatMap((id) => byId.get(id) ?? []);
    return openingOf(five) ? [[`daily:${date}`, { ...printed(five), daily: ids }]] : [];
  });
  const all = JSON.stringify(Object.fromEntries([...topics, ...stations, ...daily]));
  return `const all = ${all};\nexport const openingFor = (slot) => all[slot] && { slot, ...all[slot] };`;
}

const PAGE_OPENINGS = `export const openingFor = (slot) => {
  const printed = document.getElementById('opening');
  const opening = printed && JSON.parse(printed.textContent);
  return opening && (opening.slot === slot || (slot === 'daily:' && opening.slot.startsWith(slot))) ? opening : undefined;
};`;

function earlyScript(): string {
  const file = resolve('src/early.js');
  const { code } = minifySync(file, readFileSync(file, 'utf8'), { mangle: { toplevel: true } });
  return `export default ${JSON.stringify(code.trim())};`;
}
