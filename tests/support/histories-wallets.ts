import { isDeepStrictEqual } from 'node:util';
import {
  awardsFor,
  type Award,
  type Circumstances,
  type JudgedAttempt,
} from '../../src/lib/domain/points/award.ts';
import { dayAt, weekOf } from '../../src/lib/domain/points/day.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import type { AttemptVerdict, SentAttempt } from '../../src/lib/domain/sync/messages.ts';
import { openToken } from '../../src/lib/domain/voucher/token.ts';
import type { Ask, Given, Row } from './histories-asks.ts';
import { identify, NOT_KNOWN, openWallet, refuse } from './histories-model.ts';
import { releaseDue, releaseHeld } from './histories-model.ts';
import { vouchersOf, type BookedAttempt, type Model } from './histories-model.ts';
import type { ModelDevice, ModelWallet } from './histories-model.ts';
import { boardIn, questionsFor, roundOf, type Bookable } from './histories-stations.ts';
import { remake } from './histories-vouchers.ts';
import { DAY_MS } from './park.ts';

// What the model does about wallets.

type Asked<D extends Ask['do']> = Extract<Ask, { do: D }>;
const GRACE_MS = 2 * 3_600_000;
/** Rows of a batch that leave the window open. */
const FULL = 200;

export function sync(model: Model, { session, request, rows }: Asked<'sync'>, given: Given) {
  const { wallet, device, deviceId, cookie } = who(model, { session, request }, given);
  if (request.epoch !== undefined && request.epoch !== model.epoch)
    return { wallet: shownOf(wallet, deviceId), verdicts: [], cookie };
  const since = device.lastSyncMs || model.nowMs - sampleCampaign.firstSyncDays * DAY_MS;
  const verdicts = rows.map((row): AttemptVerdict => {
    if (row.is !== 'attempt') return verdictOfBad(row);
    const sent = row.raw as SentAttempt;
    const first = wallet.attempts.get(sent.id);
    if (first && !isDeepStrictEqual(first.sent, sent))
      return { id: sent.id, is: 'rejected', why: 'id-used' };
    // Whatever the phone's clock says: the day it was, if that is not before the window.
    const day = first?.day ?? dayAt(Math.max(row.atMs, since - GRACE_MS));
    const board = boardIn(model, sent.round.of, day);
    const { verdict } = first ?? book(model, wallet, { sent, right: row.right, day, board });
    return { id: sent.id, ...verdict };
  });
  for (const token of request.vouchers ?? []) {
    const content = openToken(token)?.content;
    if (!content || content.walletId !== wallet.id || model.keys.get(content.keyId)?.retired)
      continue;
    if (!model.vouchers.has(`${wallet.id}/${content.voucherId}`)) remake(model, wallet, content);
  }
  releaseDue(model, wallet.id);
  if (rows.length < FULL) device.lastSyncMs = model.nowMs;
  if (session) delete device.claim;
  return { wallet: shownOf(wallet, deviceId), verdicts, cookie };
}

function shownOf({ id, available, held, openedAtMs }: ModelWallet, deviceId: string) {
  return { id, deviceId, available, held, openedAtMs };
}

function who(
  model: Model,
  { session, request: { claim } }: Pick<Asked<'sync'>, 'session' | 'request'>,
  given: Given,
): { wallet: ModelWallet; device: ModelDevice; deviceId: string; cookie: boolean } {
  if (session || !claim) {
    const { moved, ...found } = identify(model, session);
    const renewed = model.nowMs - found.device.lastSyncMs > DAY_MS;
    return { ...found, cookie: moved || renewed };
  }
  const there = model.wallets.get(claim.walletId);
  const known = there?.devices.get(claim.deviceId);
  if (there && (!known?.claim || known.claim !== claim.secret)) refuse('wallet-unknown');
  const wallet = there ?? openWallet(model, claim.walletId);
  const device = known ?? { secret: '', claim: claim.secret, lastSyncMs: 0, signedOut: false };
  device.secret = given.secret ?? NOT_KNOWN;
  wallet.devices.set(claim.deviceId, device);
  return { wallet, device, deviceId: claim.deviceId, cookie: true };
}

function verdictOfBad({ is, raw }: Exclude<Row, { is: 'attempt' }>): AttemptVerdict {
  const { id } = (raw ?? {}) as { id?: unknown };
  const said = typeof id === 'string' ? id.slice(0, 64) : '';
  return is === 'later' ? { id: said, is } : { id: said, is: 'rejected', why: is };
}

/** Books an attempt that the wallet does not have. */
function book(
  model: Model,
  wallet: ModelWallet,
  { sent, right, day, board }: Bookable,
): BookedAttempt {
  const round = roundOf(model, sent.round.of, { day, board });
  const judged: JudgedAttempt = { questionId: sent.questionId, right, day, round };
  const now = circumstances(model, [...wallet.attempts.values()], judged);
  const awards = awardsFor(judged, now, sampleCampaign);
  const points = awards.reduce((sum, award) => sum + award.points, 0);
  wallet.available += points;
  model.budgetLeft -= points;
  const found = board ? { board } : {};
  const booked = {
    sent,
    right,
    day,
    verdict: { ...verdict(awards, { points, right, day }), ...found },
  };
  wallet.attempts.set(sent.id, booked);
  return booked;
}

function verdict(
  awards: Award[],
  of: { points: number; right: boolean; day: string },
): BookedAttempt['verdict'] {
  const { points, right, day } = of;
  const by = awards.find((award) => award.limitedBy)?.limitedBy;
  if (points > 0) return { is: 'credited', points, right, day, awards };
  if (by) return { is: 'capped', by, right, day, awards };
  const known = right && !awards.some(({ kind }) => kind === 'question');
  return known
    ? { is: 'known', right, day, awards }
    : { is: 'credited', points, right, day, awards };
}

/** Counted anew each time from all that was booked. */
function circumstances(
  model: Model,
  booked: readonly BookedAttempt[],
  { questionId, day, round }: JudgedAttempt,
): Circumstances {
  const paid = booked.flatMap((b) =>
    b.verdict.awards.filter((a) => a.points > 0).map((a) => ({ ...a, day: b.day })),
  );
  const days = new Set(booked.map((b) => b.day));
  const roundQuestions = questionsFor(round);
  const alike = booked.filter(({ sent, day: d, verdict: { board } }) =>
    isDeepStrictEqual(roundOf(model, sent.round.of, { day: d, board }), round),
  );
  return {
    paid: (key) => paid.some((award) => award.key === key),
    wrongBefore: booked.some((b) => b.sent.questionId === questionId && !b.right),
    questionPointsToday: paid
      .filter((award) => award.kind === 'question' && award.day === day)
      .reduce((sum, award) => sum + award.points, 0),
    ...(roundQuestions && { roundQuestions }),
    roundAnswered: new Set(alike.map(({ sent }) => sent.questionId)),
    practisedDays: new Set([...days].filter((d) => weekOf(d) === weekOf(day))),
    budgetLeft: model.budgetLeft,
  };
}

export function recovery(model: Model, { session }: Asked<'recovery'>, given: Given): true {
  const { wallet } = identify(model, session);
  dropCodes(model, wallet.id);
  model.codes.set(given.code ?? NOT_KNOWN, wallet.id);
  return true;
}

function dropCodes(model: Model, walletId: string): void {
  for (const [code, of] of model.codes) if (of === walletId) model.codes.delete(code);
}

export function join(model: Model, { session, request }: Asked<'join'>, given: Given) {
  const target = model.wallets.get(model.codes.get(request.code) ?? '');
  if (!target) refuse('recovery-unknown');
  const own = tryIdentify(model, session);
  const { deviceId } = request;
  const there = target.devices.get(deviceId);
  if (there && (there.claim !== request.secret || there.signedOut)) refuse('recovery-unknown');
  if (own === target && !there) refuse('same-wallet');
  if (own && session && own !== target) {
    if (vouchersOf(model, own.id).some(({ state }) => state.is !== 'released'))
      refuse('wallet-has-vouchers');
    moveInto(model, own, target, session.deviceId);
  }
  const secret = given.secret ?? NOT_KNOWN;
  if (there) there.secret = secret;
  else {
    const device = { secret, claim: request.secret, lastSyncMs: 0, signedOut: false };
    target.devices.set(deviceId, device);
  }
  return { walletId: target.id, deviceId };
}

function tryIdentify(model: Model, session: Asked<'join'>['session']): ModelWallet | undefined {
  try {
    return identify(model, session).wallet;
  } catch {
    return undefined;
  }
}

function moveInto(model: Model, own: ModelWallet, target: ModelWallet, joinedBy: string): void {
  model.budgetLeft += own.available;
  for (const attempt of own.attempts.values())
    if (!target.attempts.has(attempt.sent.id))
      book(model, target, { ...attempt, board: attempt.verdict.board });
  for (const [id, device] of own.devices)
    if (id !== joinedBy && !device.signedOut && !target.devices.has(id))
      target.devices.set(id, device);
  empty(model, own);
  own.joinedInto = target.id;
}

function empty(model: Model, wallet: ModelWallet): void {
  wallet.available = 0;
  wallet.closed = true;
  wallet.devices.clear();
  wallet.attempts.clear();
  dropCodes(model, wallet.id);
}

export function close(model: Model, { session }: Asked<'close'>): true {
  const { wallet } = identify(model, session);
  for (const voucher of vouchersOf(model, wallet.id))
    if (voucher.state.is === 'held') releaseHeld(model, voucher, 'closed');
  empty(model, wallet);
  return true;
}

export function signOut(model: Model, { session, deviceId }: Asked<'signOut'>): true {
  const device = identify(model, session).wallet.devices.get(deviceId);
  if (!device) refuse('device-unknown');
  device.signedOut = true;
  delete device.claim;
  return true;
}
