import { expect, it } from 'vitest';
import { settle } from '../../src/lib/server/shop/settle.ts';
import { cancelVoucher, sweep } from '../../src/lib/server/voucher/release.ts';
import { handOverGoods, look } from '../../src/lib/server/voucher/till.ts';
import { enrolledTill } from '../support/park.ts';
import { refusalOf, TestTerminal } from '../support/terminal.ts';
import { desk } from './at-the-desk.ts';
import { holdTissues, phoneWith, stories } from './stories.ts';

const MANY = 64;
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const count = (outcomes: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(outcomes, (o) => o)].map(([o, all]) => [o, all.length]));

stories((here) => {
  const { atTheDesk, paidTo } = desk(here);

  it('64 devices and one voucher: one wins, 63 are told when and where it was handed over', async () => {
    const { token } = await holdTissues(here.park, await phoneWith(here.park, 20));
    const tills = await Promise.all(times(MANY, () => enrolledTill(here.park)));
    const reading = { token };
    const outcomes = await Promise.all(
      tills.map((till) =>
        refusalOf(handOverGoods(here.park, till, { reading, nonce: till.terminalId })),
      ),
    );
    expect(count(outcomes)).toEqual({ done: 1, 'voucher-handed-over': MANY - 1 });
    const seen = await Promise.all(tills.map((till) => look(here.park, till, reading)));
    const handedOver = { atMs: here.park.clock(), terminal: '柜台手机' };
    for (const one of seen)
      expect(one).toMatchObject({ refusal: 'voucher-handed-over', handedOver });
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it('one row that is uploaded 64 times at once is booked once, and all are told so', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const { queue } = terminal;
    const answers = await Promise.all(
      times(MANY, () => {
        terminal.queue = queue;
        return terminal.contactOnce();
      }),
    );
    const verdict = { nonce: queue[0]?.nonce, is: 'booked' };
    for (const answer of answers) expect(answer?.verdicts).toEqual([verdict]);
    expect(await paidTo()).toEqual(['consume 20']);
  });

  it('one voucher under 64 numbers: one is booked, the others are repeats', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    const [row] = terminal.queue;
    if (!row) throw new Error('nothing queued');
    const said = await Promise.all(
      times(MANY, () => {
        terminal.queue = [{ ...row, nonce: terminal.newId() }];
        return terminal.contactOnce();
      }),
    );
    const is = said.map((answer) => answer?.verdicts[0]?.is ?? 'nothing');
    expect(count(is)).toEqual({ booked: 1, repeat: MANY - 1 });
  });

  it('uploaded, cancelled, asked online and swept at the same moment: paid once', async () => {
    const { phone, terminal, voucher, token } = await atTheDesk();
    await terminal.scan(token);
    const nonce = terminal.queue[0]?.nonce ?? '';
    await Promise.allSettled([
      terminal.contactOnce(),
      cancelVoucher(here.park, phone.session, voucher.id),
      terminal.handOver(token, 'fine', nonce),
      sweep(here.park),
      terminal.contactOnce(),
      phone.sync(),
    ]);
    await terminal.contact();
    expect(await paidTo()).toEqual(['consume 20']);
    expect((await phone.sync()).wallet.held).toBe(0);
  });

  it('two that wish to hand over without a signal, at once: one is enrolled', async () => {
    const outcomes = await Promise.all(times(8, () => refusalOf(TestTerminal.enrol(here.park))));
    expect(count(outcomes)).toEqual({ done: 1, 'offline-terminal-there': 7 });
  });

  it('a contact, while another till is enrolled: the shop has the one or the other', async () => {
    for (let n = 0; n < 4; n++) {
      const shopId = n % 2 ? 'west' : 'east';
      const terminal = await TestTerminal.enrol(here.park, { shopId, replaces: true });
      const [, enrolled] = await Promise.all([
        terminal.contact(),
        refusalOf(enrolledTill(here.park, shopId)),
      ]);
      expect(enrolled).toBe('offline-terminal-there');
    }
  });

  it('a queue that goes up while the month is settled is in this statement or the next', async () => {
    const { terminal, token } = await atTheDesk();
    await terminal.scan(token);
    here.park.pass(Date.parse('2026-12-01T00:00:00+08:00') - here.park.clock());
    await Promise.all([
      terminal.contact(),
      settle(here.park, 'east', '2026-11'),
      terminal.contact(),
    ]);
    here.park.pass(31 * 86_400_000);
    const next = await settle(here.park, 'east', '2026-12');
    const { statement } = await settle(here.park, 'east', '2026-11');
    expect(statement.pieces + next.statement.pieces).toBe(1);
    expect(await paidTo('paid')).toEqual(['settle 20']);
  });
});
