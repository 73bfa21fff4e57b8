import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Refused } from '../../src/lib/domain/refusal.ts';
import { OFFLINE_MS } from '../../src/lib/domain/terminal/terms.ts';
import type { VoucherView } from '../../src/lib/domain/voucher/messages.ts';
import { restoreSnapshot, writeSnapshot } from '../../src/lib/server/database/snapshot.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { revoke } from '../../src/lib/server/shop/terminals.ts';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import { handOverGoods } from '../../src/lib/server/voucher/till.ts';
import { DAY_MS, testPark, type TestPhone } from '../support/park.ts';
import { TestTerminal, type Fate } from '../support/terminal.ts';
import { desk } from './at-the-desk.ts';
import { holdTissues, phoneWith, stories, type Here } from './stories.ts';

// What goes wrong at a counter, with a signal and without one: what went over it, and who has paid in the end. The
// table is the one of docs/redemption.md.

const PRICE = 20;
type Signal = 'online' | 'offline';

/** One voucher at one counter. */
class Evening {
  pieces = 0;
  readonly told: string[] = [];
  readonly #here: Here;
  readonly online: boolean;
  /** Those that are heard of again. */
  terminals: TestTerminal[];
  phone: TestPhone;
  voucher: VoucherView;

  private constructor(
    here: Here,
    signal: Signal,
    begun: { terminal: TestTerminal; phone: TestPhone; voucher: VoucherView },
  ) {
    this.#here = here;
    this.online = signal === 'online';
    this.terminals = [begun.terminal];
    this.phone = begun.phone;
    this.voucher = begun.voucher;
  }

  static async begin(here: Here, signal: Signal): Promise<Evening> {
    return new Evening(here, signal, await desk(here).atTheDesk({ offline: signal === 'offline' }));
  }

  get park() {
    return this.#here.park;
  }

  get terminal(): TestTerminal {
    return this.terminals[0] as TestTerminal;
  }

  /** Goods change hands where the screen says so, and only there. */
  async scan(by = this.terminal, nonce = by.newId()): Promise<void> {
    if (this.online) return this.ask('fine', nonce, by);
    const verdict = await by.scan(this.voucher.token, nonce);
    if (verdict.is === 'can') this.pieces++;
    this.told.push(verdict.is === 'can' ? 'hand over' : verdict.why);
  }

  /** A question to the server. */
  async ask(fate: Fate, nonce = this.terminal.newId(), by = this.terminal): Promise<void> {
    await this.refusable(async () => {
      const receipt = await by.handOver(this.voucher.token, fate, nonce);
      if (receipt) this.pieces++;
      this.told.push(receipt ? 'hand over' : 'no answer: keep the goods');
    });
  }

  async refusable(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.told.push(error.code);
    }
  }

  async enrol(options: Parameters<typeof TestTerminal.enrol>[1]): Promise<TestTerminal> {
    const terminal = await TestTerminal.enrol(this.park, { offline: !this.online, ...options });
    this.terminals.push(terminal);
    return terminal;
  }

  /** The process dies; what the disk has is there. */
  async killServer(): Promise<void> {
    const nowMs = this.park.clock();
    await this.park.store.close();
    await this.#open(nowMs);
  }

  async backUp(): Promise<string> {
    const file = join(this.#here.stores.directory, `${randomUUID()}.backup`);
    await writeSnapshot(this.park.store, file, this.park.clock());
    return file;
  }

  async restore(file: string): Promise<void> {
    const nowMs = this.park.clock();
    await closePark(this.park);
    const store = this.#here.stores.open(this.#here.place);
    await restoreSnapshot(store, file, { epoch: 'restored', nowMs, replace: true });
    await store.close();
    await this.#open(nowMs);
  }

  async #open(nowMs: number): Promise<void> {
    const store = this.#here.stores.open(this.#here.place);
    this.#here.park = await testPark(store, { nowMs, seed: 'again' });
    for (const one of [this.phone, ...this.terminals]) one.turnTo(this.park);
  }

  /** Everybody has a signal again, and the last day on which anything could still come is over. */
  async end(): Promise<Outcome> {
    for (const terminal of this.terminals)
      for (let times = 0; times < 2; times++)
        await terminal.contact().catch((error: unknown) => {
          if (!(error instanceof Refused)) throw error;
        });
    this.park.pass(40 * DAY_MS);
    await sweep(this.park);
    const moved = await this.park.store.read
      .selectFrom('transfer')
      .select(['kind', 'points'])
      .where('voucher_id', '=', this.voucher.id)
      .execute();
    const sum = (kind: string) =>
      moved.filter((t) => t.kind === kind).reduce((all, t) => all + Number(t.points), 0);
    return {
      pieces: this.pieces,
      account: (sum('consume') + sum('loss')) / PRICE,
      resident: (sum('hold') - sum('release')) / PRICE,
      campaign: sum('loss') / PRICE,
      told: this.told.join('; '),
    };
  }
}

/** In pieces of goods. */
interface Outcome {
  /** What residents were given. */
  pieces: number;
  /** What the shop is owed for it. */
  account: number;
  /** Whose points it has: the resident’s, or the campaign’s. */
  resident: number;
  campaign: number;
  told: string;
}

const FAULTS: Record<string, (evening: Evening) => Promise<void>> = {
  'nothing, a first scan': (evening) => evening.scan(),
  async 'scanned a second time'(evening) {
    await evening.scan();
    await evening.scan();
  },
  async 'a second device'(evening) {
    await evening.scan();
    if (evening.online) return evening.scan(await evening.enrol({ name: '第二台' }));
    await evening.refusable(() => evening.enrol({ name: '第二台' }));
    const elsewhere = await evening.enrol({ shopId: 'west' });
    await elsewhere.contact();
    await evening.scan(elsewhere);
  },
  async 'cut before the request'(evening) {
    const nonce = evening.terminal.newId();
    await evening.ask('never arrives', nonce);
    await evening.scan(evening.terminal, nonce);
  },
  async 'cut after the request'(evening) {
    const nonce = evening.terminal.newId();
    await evening.ask('answer lost', nonce);
    await evening.scan(evening.terminal, nonce);
  },
  async 'the page is killed'(evening) {
    const nonce = evening.terminal.newId();
    if (evening.online) await evening.ask('answer lost', nonce);
    else await evening.scan();
    evening.terminals = [evening.terminal.openedAgain()];
    await evening.scan(evening.terminal, nonce);
  },
  async 'the server is killed'(evening) {
    const nonce = evening.terminal.newId();
    if (evening.online) await evening.ask('answer lost', nonce);
    else {
      await evening.scan();
      await evening.terminal.contact('answer lost');
    }
    await evening.killServer();
    if (evening.online) await evening.scan(evening.terminal, nonce);
  },
  async 'cancelled meanwhile'(evening) {
    if (!evening.online) await evening.scan();
    await cancelVoucher(evening.park, evening.phone.session, evening.voucher.id);
    if (evening.online) await evening.scan();
  },
  async 'expired meanwhile'(evening) {
    evening.park.pass(6 * DAY_MS);
    await evening.terminal.contact();
    if (!evening.online) await evening.scan();
    evening.park.pass(2 * DAY_MS);
    await sweep(evening.park);
    if (evening.online) await evening.scan();
  },
  async 'the terminal was revoked'(evening) {
    await revoke(evening.park, 'east', evening.terminal.id, 'revoked');
    await evening.scan();
  },
  async 'the terminal was replaced'(evening) {
    const { terminal } = evening;
    if (evening.online) {
      const anew = await evening.enrol({ before: terminal.cookie, name: '还是它' });
      await evening.scan();
      return evening.scan(anew);
    }
    const next = await evening.enrol({ replaces: true, name: '新手机' });
    await evening.scan();
    evening.park.pass(OFFLINE_MS);
    await next.contact();
    await evening.scan(next);
  },
  async 'a wrong clock'(evening) {
    evening.terminal.aheadMs -= 3 * DAY_MS;
    await evening.scan();
    if (evening.online) return;
    await evening.terminal.contact();
    await evening.scan();
  },
  async 'its storage is cleared'(evening) {
    const { terminal, voucher } = evening;
    if (!evening.online) await evening.scan();
    // What it had queued is gone with its key.
    evening.terminals = [];
    const asked = { reading: { token: voucher.token }, nonce: terminal.newId() };
    await evening.refusable(() =>
      handOverGoods(evening.park, terminal.cookie, { ...asked, clerkId: undefined }),
    );
    const anew = await evening.enrol({ before: terminal.cookie, replaces: !evening.online });
    if (evening.online) await evening.scan(anew);
  },
  async 'the server was put back'(evening) {
    const second = await phoneWith(evening.park, PRICE);
    const file = await evening.backUp();
    evening.phone = second;
    evening.voucher = await holdTissues(evening.park, second);
    await evening.scan();
    await evening.restore(file);
  },
};

const SIGNALS = ['online', 'offline'] as const;
const cases = Object.keys(FAULTS).flatMap((fault) =>
  SIGNALS.map((signal) => [fault, signal] as const),
);

stories((here) => {
  const happened = new Map<string, Outcome>();

  it.each(cases)(
    '%s, %s: nobody pays twice, and the shop has what it gave',
    async (fault, signal) => {
      const evening = await Evening.begin(here, signal);
      await FAULTS[fault]?.(evening);
      const outcome = await evening.end();
      happened.set(`${fault} ${signal}`, outcome);
      const { pieces, account, resident, campaign } = outcome;
      expect(resident).toBeLessThanOrEqual(1);
      expect(account).toBe(resident + campaign);
      // Goods that nobody can know of any more are the shop’s own risk.
      const unknown = fault === 'its storage is cleared' && signal === 'offline' ? 1 : 0;
      expect(account).toBe(pieces - unknown);
    },
  );

  it('is what docs/redemption.md says', () => {
    const rows = cases.map(([fault, signal]) => {
      const { pieces, resident, campaign, told } = happened.get(`${fault} ${signal}`) as Outcome;
      return [fault, signal, String(pieces), String(resident), String(campaign), told];
    });
    const written = readFileSync('docs/redemption.md', 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, fault = '', signal]) => fault in FAULTS && SIGNALS.some((one) => one === signal))
      .map((cells) => cells.slice(1, -1));
    expect(written).toEqual(rows);
  });
});
