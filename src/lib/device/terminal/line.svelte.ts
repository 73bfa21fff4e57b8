import { trustIn } from '../../domain/terminal/verify.ts';
import type { OfflineState } from '../../domain/terminal/right.ts';
import type { TerminalView } from '../../domain/voucher/messages.ts';
import { alone } from '../sync-lock.ts';
import { contact } from './contact.ts';
import type { KeptHandOver, ShopDatabase } from './database.ts';
import { memoryFor, queueOf } from './memory.ts';
import type { ServerTime } from './server-time.ts';
import type { TerminalApi } from './signed.ts';
import { changing, kept, reading } from './settings.ts';
import { isNoAnswer, troubleOf, type Trouble } from './trouble.ts';

/** While there is a signal, and while there is none. */
const EVERY_MS = 4 * 60_000;
const AGAIN_MS = 15_000;
const LOCK = 'civil-code-park-shop';
/** How long another tab that is at it is waited for. */
const PATIENCE_MS = 10_000;

/** How it stands with this terminal and the server. */
export interface Standing {
  /** Hand-overs to be uploaded. */
  waiting: number;
  offline: OfflineState;
  /** Whether it may hand over by itself now, and what stands in the way. */
  alone: { is: 'may' } | { is: 'may-not'; why: 'no-right' | 'list-old' | 'clock' };
  /** How old its deny-list is; absent without one, or where the clock cannot be believed. */
  listAgeMs?: number;
  /** What became of uploads and has not been seen yet. */
  news: KeptHandOver[];
}

export interface LineMeans {
  open: () => Promise<ShopDatabase>;
  api: TerminalApi;
  time: ServerTime;
}

/** The line to the server: contacts from time to time, and whether anybody answers. */
export class Line {
  readonly #means: LineMeans;
  readonly #heard: (view: TerminalView, uploaded: number) => void;
  readonly #refused: (trouble: Trouble) => void;
  #reach = $state<'unknown' | 'there' | 'gone'>('unknown');
  #standing = $state.raw<Standing>();
  #uploaded = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #started = false;

  constructor(
    means: LineMeans,
    heard: (view: TerminalView, uploaded: number) => void,
    refused: (trouble: Trouble) => void,
  ) {
    this.#means = means;
    this.#heard = heard;
    this.#refused = refused;
  }
  get reach(): 'unknown' | 'there' | 'gone' {
    return this.#reach;
  }
  get standing(): Standing | undefined {
    return this.#standing;
  }
  /** Rows that went up since the page was opened. */
  get uploaded(): number {
    return this.#uploaded;
  }
  /** It is known that nobody answers: what can be done without is not held up by asking. */
  get gone(): boolean {
    return this.#reach === 'gone' || navigator.onLine === false;
  }

  /** @returns stops it */
  start(): () => void {
    const online = () => void this.contact();
    const offline = () => (this.#reach = 'gone');
    const seen = () => {
      if (document.visibilityState === 'visible') void this.contact();
    };
    this.#started = true;
    addEventListener('online', online);
    addEventListener('offline', offline);
    document.addEventListener('visibilitychange', seen);
    return () => {
      this.#started = false;
      clearTimeout(this.#timer);
      removeEventListener('online', online);
      removeEventListener('offline', offline);
      document.removeEventListener('visibilitychange', seen);
    };
  }

  /** Whatever was asked has had an answer, or has had none. */
  met(trouble?: Trouble): void {
    const gone = trouble !== undefined && isNoAnswer(trouble);
    const back = !gone && this.#reach === 'gone';
    this.#reach = gone ? 'gone' : 'there';
    if (gone) this.#later(AGAIN_MS);
    else if (back) void this.contact();
  }

  /** Uploads and fetches, one after the other however often it is asked for. */
  contact(): Promise<void> {
    this.#running ??= this.#contact().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #contact(): Promise<void> {
    clearTimeout(this.#timer);
    const { open, api, time } = this.#means;
    try {
      const db = await open();
      await alone(
        async () => {
          const heard = await contact(db, (path, body) => api.post(path, body), time);
          if (!heard) return;
          this.#reach = 'there';
          this.#uploaded += heard.uploaded;
          this.#heard(heard.view, heard.uploaded);
        },
        PATIENCE_MS,
        LOCK,
      );
      this.#later(EVERY_MS);
    } catch (error) {
      const trouble = troubleOf(error);
      this.#reach = isNoAnswer(trouble) ? 'gone' : 'there';
      if (!isNoAnswer(trouble)) this.#refused(trouble);
      this.#later(AGAIN_MS);
    }
    await this.look();
  }

  #later(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#started) this.#timer = setTimeout(() => void this.contact(), waitMs);
  }

  /** Looks again how it stands. */
  async look(): Promise<void> {
    const { open, time } = this.#means;
    try {
      this.#standing = await standingOf(await open(), time);
    } catch {
      this.#standing = undefined;
    }
  }

  /** Whether this terminal may hand over, and take back, without asking. */
  async mayAlone(): Promise<boolean> {
    await this.look();
    return this.#standing?.alone.is === 'may';
  }

  /** The clerk has read what became of the uploads. */
  async takeNote(): Promise<void> {
    const tx = changing(await this.#means.open());
    for (const done of this.#standing?.news ?? []) {
      const now = await tx.objectStore('handovers').get(done.nonce);
      if (now) await tx.objectStore('handovers').put({ ...now, seen: true });
    }
    await tx.done;
    await this.look();
  }
}

async function standingOf(db: ShopDatabase, time: ServerTime): Promise<Standing | undefined> {
  const memory = await memoryFor(db, time);
  const view = await kept(reading(db), 'view');
  if (!memory || !view) return undefined;
  const trust = trustIn(memory, time.now());
  const all = await db.getAll('handovers');
  const asOfMs = memory.list?.asOfMs;
  return {
    waiting: (await queueOf(db)).length,
    offline: view.offline,
    alone: trust.is === 'full' ? { is: 'may' } : { is: 'may-not', why: trust.why },
    ...(asOfMs && trust.nowMs !== undefined && { listAgeMs: Math.max(0, trust.nowMs - asOfMs) }),
    news: all.filter(({ verdict, seen }) => verdict && !seen),
  };
}
