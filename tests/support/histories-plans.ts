import { sampleOffer } from '../../src/lib/domain/voucher/samples.ts';
import type { VoucherReading, VoucherView } from '../../src/lib/domain/voucher/messages.ts';
import type { TerminalSession } from '../../src/lib/server/voucher/terminal.ts';
import type { Ask, Outcome } from './histories-asks.ts';
import type { HistoryPhone } from './histories-phone.ts';
import type { Dice } from './histories-random.ts';

/** Something that is about to be asked, and what becomes of its answer. */
export interface Plan {
  by: string;
  ask: Ask;
  /** Not called where the answer is lost. */
  take(outcome: Outcome): void;
  /** It is more than one unit of work for the server. */
  alone?: true;
}

/** Whom and what a plan can be about. */
export interface People {
  dice: Dice;
  nowMs: number;
  phones: HistoryPhone[];
  tills: TerminalSession[];
  /** Every voucher that was ever shown to anybody. */
  readings: { token: string; code: string; shopId: string }[];
  /** What tills have asked before. */
  tillAsks: (Ask & { do: 'handOver' | 'soldOut' })[];
  /** Recovery codes that residents have written down. */
  codes: string[];
  newPhone(): HistoryPhone;
  /** A phone has taken in an answer to the end. */
  heard(phone: HistoryPhone): void;
}

const KINDS = {
  ...{ sync: 30, hold: 20, cancel: 5, handOver: 16, soldOut: 2, undo: 6, again: 6, look: 4 },
  ...{ sweep: 2, recovery: 4, join: 6, signOut: 1, close: 1 },
};
type Kind = keyof typeof KINDS;

/** Undefined where there is nobody or nothing that it could be about. */
export function anyPlan(people: People): Plan | undefined {
  const kind = people.dice.weighted(KINDS);
  return makers[kind](people);
}

const makers: Record<Kind, (people: People) => Plan | undefined> = {
  sync: (people) => {
    const phone = people.dice.pick(people.phones);
    return phone && syncPlan(people, phone, people.dice.chance(0.15));
  },
  hold,
  cancel,
  handOver: (people) => tillPlan(people, 'handOver'),
  soldOut: (people) => tillPlan(people, 'soldOut'),
  undo,
  again,
  look,
  sweep: () => ({ by: 'server', ask: { do: 'sweep' }, take: () => undefined, alone: true }),
  recovery,
  join,
  signOut,
  close,
};

export function syncPlan(people: People, phone: HistoryPhone, spoilt = false): Plan {
  const ask = phone.sync(people.dice, people.nowMs, spoilt);
  const { generation } = phone;
  return {
    by: phone.name,
    ask,
    take(outcome) {
      if (phone.take(ask, outcome, generation)) people.heard(phone);
      for (const voucher of phone.vouchers.values()) remember(people, voucher);
    },
  };
}

function remember({ readings }: People, { token, code, shopId }: VoucherView): void {
  if (!readings.some((r) => r.token === token && r.code === code))
    readings.push({ token, code, shopId });
}

/** A phone with a wallet. */
function owner({ dice, phones }: People): HistoryPhone | undefined {
  return dice.pick(phones.filter((phone) => phone.session));
}

function hold(people: People): Plan | undefined {
  const { dice, nowMs } = people;
  const phone = owner(people);
  if (!phone) return undefined;
  const shop = dice.one(['east', 'east', 'west']);
  const goods = dice.pick(sampleOffer.goods.slice(0, dice.chance(0.8) ? 1 : 2));
  const before = dice.chance(0.1) ? dice.pick([...phone.vouchers.keys()]) : undefined;
  const request = {
    id: before ?? phone.id(nowMs),
    shopId: shop,
    goodsId: goods?.id ?? '',
    points: (goods?.points ?? 0) + (dice.chance(0.05) ? 1 : 0),
  };
  return {
    by: phone.name,
    ask: { do: 'hold', session: phone.session, request },
    take(outcome) {
      if (!('refused' in outcome) && outcome.voucher) remember(people, outcome.voucher);
    },
  };
}

function cancel(people: People): Plan | undefined {
  const phone = owner(people);
  const id = phone && people.dice.pick([...phone.vouchers.keys()]);
  if (!phone || !id) return undefined;
  return {
    by: phone.name,
    ask: { do: 'cancel', session: phone.session, id },
    take: () => undefined,
  };
}

/** Somebody stands at a till with something to be read, mostly at the right one. */
function atTill({ dice, readings, tills }: People) {
  const any = dice.chance(0.7) ? readings.at(-1 - dice.below(4)) : dice.pick(readings);
  const right = tills.filter(({ shopId }) => shopId === any?.shopId);
  const till = dice.pick(dice.chance(0.9) ? right : tills);
  if (!any || !till) return undefined;
  return { till, reading: read(dice, any) };
}

function read(dice: Dice, { token, code }: People['readings'][number]): VoucherReading {
  if (dice.chance(0.02)) return { token: 'MFD1:NOTHING' };
  if (dice.chance(0.2)) return { code: dice.chance(0.3) ? 'ABCDEFGHJK' : code };
  return { token };
}

const typed = (asked: VoucherReading): { alone?: true } => ('code' in asked ? { alone: true } : {});
const by = (till: TerminalSession) => `till ${till.shopId} ${till.terminalId.slice(-4)}`;

function tillPlan(people: People, what: 'handOver' | 'soldOut'): Plan | undefined {
  const there = atTill(people);
  if (!there) return undefined;
  const nonce = people.phones[0]?.id(people.nowMs) ?? '';
  const ask = { do: what, ...there, nonce };
  people.tillAsks.push(ask);
  return { by: by(there.till), ask, take: () => undefined, ...typed(there.reading) };
}

/** The till did not hear the answer, or uses its number for something else. */
function again(people: People): Plan | undefined {
  const { dice, tillAsks } = people;
  const before = dice.pick(tillAsks.slice(-6));
  if (!before) return undefined;
  const other = dice.chance(0.2) ? atTill(people)?.reading : undefined;
  const what = dice.chance(0.1) ? 'soldOut' : before.do;
  const ask = { ...before, do: what, reading: other ?? before.reading };
  return { by: by(ask.till), ask, take: () => undefined, ...typed(ask.reading) };
}

function undo({ dice, tillAsks, tills }: People): Plan | undefined {
  const before = dice.pick(tillAsks.slice(-4));
  const till = dice.chance(0.8) ? before?.till : dice.pick(tills);
  if (!before || !till) return undefined;
  return { by: by(till), ask: { do: 'undo', till, nonce: before.nonce }, take: () => undefined };
}

function look(people: People): Plan | undefined {
  const there = atTill(people);
  if (!there) return undefined;
  const ask = { do: 'look' as const, ...there };
  return { by: by(there.till), ask, take: () => undefined, ...typed(there.reading) };
}

function recovery(people: People): Plan | undefined {
  const phone = owner(people);
  if (!phone) return undefined;
  return {
    by: phone.name,
    ask: { do: 'recovery', session: phone.session },
    take(outcome) {
      if (!('refused' in outcome) && outcome.given.code) people.codes.push(outcome.given.code);
    },
  };
}

function join(people: People): Plan | undefined {
  const { dice, nowMs, phones, codes } = people;
  const phone = dice.chance(0.5) && phones.length < 5 ? people.newPhone() : dice.pick(phones);
  const code = dice.chance(0.9) ? codes.at(-1 - dice.below(2)) : 'A'.repeat(20);
  if (!phone || !code) return undefined;
  const [deviceId, secret] = [phone.id(nowMs), phone.id(nowMs)];
  const request = phone.joining ?? { code, deviceId, secret, deviceName: phone.name };
  phone.joining = request;
  return {
    by: phone.name,
    ask: { do: 'join', session: phone.session, request },
    take(outcome) {
      phone.joining = undefined;
      if ('refused' in outcome) return;
      if (outcome.session) phone.session = outcome.session;
      phone.irregular = true;
      phone.beginAnew(false);
    },
  };
}

function signOut(people: People): Plan | undefined {
  const phone = owner(people);
  const other = people.dice.pick(people.phones)?.session;
  if (!phone || !other) return undefined;
  const { deviceId } = other;
  return {
    by: phone.name,
    ask: { do: 'signOut', session: phone.session, deviceId },
    take: () => undefined,
  };
}

function close(people: People): Plan | undefined {
  const phone = owner(people);
  if (!phone) return undefined;
  return {
    by: phone.name,
    ask: { do: 'close', session: phone.session },
    take(outcome) {
      if (!('refused' in outcome)) phone.end();
    },
  };
}
