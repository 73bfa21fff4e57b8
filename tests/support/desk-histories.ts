import { sql } from 'kysely';
import { latestReturnMs } from '../../src/lib/domain/terminal/return.ts';
import { end, hold, step, type Kind } from './desk-steps.ts';
import { DeskWorld, isWiped, type Counter, type Given } from './desk-world.ts';
import type { Stores } from './engines.ts';

export interface Lived {
  given: number;
  loss: number;
  waiting: number;
}

/** Lives through a history of two shops. @throws with the seed and what led there */
export async function runDeskHistory(stores: Stores, seed: number, kind: Kind): Promise<Lived> {
  const world = await DeskWorld.begin(stores, seed);
  try {
    for (const { terminal } of world.counters) await terminal.contact();
    for (let n = 0; n < 5; n++) await hold(world);
    const steps = seed % 5 === 0 ? 30 + world.dice.below(40) : 8 + world.dice.below(20);
    for (let n = 0; n < steps; n++) {
      await step(world, kind);
      await world.check();
    }
    await end(world);
    return await checkTruth(world, kind);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const told = world.trace.map((line, n) => `${n + 1}. ${line}`).join('\n');
    throw new Error(
      `desk history ${seed} (${kind}, ${stores.engine}): ${why}\n${told}\n` +
        `Replay: SEED=${seed} KIND=${kind} ENGINE=${stores.engine} vitest run tests/contract/desk-histories.spec.ts`,
      { cause },
    );
  } finally {
    await world.leave();
  }
}

/** Holds what the books say against what really happened at the counters. */
async function checkTruth(world: DeskWorld, kind: Kind): Promise<Lived> {
  const { read } = world.park.store;
  const handovers = await read.selectFrom('handover').selectAll().execute();
  const losses = await read.selectFrom('loss').selectAll().execute();
  const uploads = await read.selectFrom('upload').selectAll().execute();
  const vouchers = await read.selectFrom('voucher').selectAll().execute();
  const standing = handovers.filter((h) => h.did === 'handed-over' && h.undone_at === null);
  const gone = world.given.filter(({ back }) => !back);

  // Goods handed over are on the shop's account: each of them, once, and nothing else.
  const booked = new Map(standing.map((h) => [h.nonce, h]));
  const unpaid = gone.filter(({ nonce }) => !booked.has(nonce));
  for (const one of unpaid) mustBeExplained(one, uploads);
  const truth = new Map(world.given.map((one) => [one.nonce, one]));
  for (const { nonce } of standing) {
    const one = truth.get(nonce);
    if (!one) {
      // Asked, booked, and the device was wiped before it had the answer: nobody can know that the goods stayed.
      const asker = world.asked.get(nonce);
      // Or it stood in a statement before the clerk let go of it: the operator corrects it.
      if (asker && (isWiped(asker) || toldTooLate(asker, nonce))) continue;
      throw new Error(`the books have a hand-over ${nonce} that never was`);
    }
    if (one.back && !tooLateOrUnknown(one))
      throw new Error(`the books have ${nonce}, and the goods are back`);
  }

  // A resident pays once for goods, and only for goods.
  for (const voucher of vouchers) {
    const of = gone.filter(({ voucherId }) => voucherId === voucher.id);
    const back = world.given.some((g) => g.voucherId === voucher.id && g.back);
    const unsure = world.asked.get(voucher.nonce ?? '');
    const known = unsure && (isWiped(unsure) || toldTooLate(unsure, voucher.nonce ?? ''));
    if (voucher.state === 'handed-over' && of.length === 0 && !back && !known)
      throw new Error(`${voucher.id} is charged, and nobody was given anything`);
  }
  await mustDebitOnce(world);

  // The campaign bears only what the blueprint lets it, once for a voucher.
  for (const loss of losses) {
    const trouble = world.trouble.get(loss.shop_id) ?? new Set();
    const voucher = vouchers.find((v) => v.id === loss.voucher_id);
    const late = voucher && voucher.state_at >= latestReturnMs({ expiresAtMs: voucher.expires_at });
    const allowed =
      loss.why === 'elsewhere'
        ? trouble.has('ended') || trouble.has('wiped') || trouble.has('restored')
        : loss.why === 'lacking'
          ? trouble.has('restored')
          : late || ['closed', 'ended', 'wiped', 'restored'].some((t) => trouble.has(t as never));
    if (!allowed) throw new Error(`loss ${JSON.stringify(loss)} is not allowed`);
  }
  if (kind === 'orderly' && losses.length > 0) throw new Error('an orderly shop has losses');
  const waiting = losses.filter(({ state }) => state === 'waiting').length;
  return { given: gone.length, loss: losses.length - waiting, waiting };
}

/** Goods that are with a resident and on nobody's account. @throws where that is not the shop's own risk */
function mustBeExplained(
  { nonce, by, voucherId }: Given,
  uploads: readonly { nonce: string; verdict: string }[],
): void {
  // Its storage was cleared before it had a signal again: nobody can know.
  if (isWiped(by)) return;
  const verdict = uploads.find((u) => u.nonce === nonce)?.verdict;
  // The third time that goods went out for one voucher.
  if (verdict === '{"is":"refused","why":"paid-twice"}') return;
  throw new Error(`${nonce} of ${voucherId} was handed over and is not booked: ${verdict}`);
}

/** Taken back without a signal; the server heard too late for it, or hears from a till that it does not know. */
const tooLateOrUnknown = ({ nonce, by }: Given) =>
  isWiped(by) || by.ended || toldTooLate(by, nonce);

/** The device was told that what is booked stays booked. */
const toldTooLate = ({ terminal, now }: Counter, nonce: string): boolean =>
  terminal.verdicts.get(nonce)?.is === 'refused' || (now !== undefined && toldTooLate(now, nonce));

/** What a wallet was debited for a voucher is its points, or nothing. */
async function mustDebitOnce({ park }: DeskWorld): Promise<void> {
  const { rows } = await sql<{ voucher_id: string; net: number; points: number; state: string }>`
    select v.id as voucher_id, v.points, v.state, coalesce(sum(case t.kind when 'hold' then t.points
      when 'release' then -t.points else 0 end), 0) as net
    from voucher v left join transfer t on t.owner = v.wallet_id and t.voucher_id = v.id
    group by v.wallet_id, v.id, v.points, v.state`.execute(park.store.read);
  for (const { voucher_id, net, points, state } of rows) {
    const debited = Number(net);
    const fine = state === 'released' ? debited === 0 : debited >= 0 && debited <= Number(points);
    if (!fine) throw new Error(`${voucher_id} (${state}) has cost ${debited} of ${points} points`);
  }
}
