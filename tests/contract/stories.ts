import { afterEach, beforeEach, expect } from 'vitest';
import { addDays, dayAt } from '../../src/lib/domain/points/day.ts';
import { sampleCampaign } from '../../src/lib/domain/points/samples.ts';
import type { RefusalCode } from '../../src/lib/domain/refusal.ts';
import type { SentAttempt } from '../../src/lib/domain/sync/messages.ts';
import type { VoucherView } from '../../src/lib/domain/voucher/messages.ts';
import type { Engine } from '../../src/lib/server/database/store.ts';
import { audit, type Breach } from '../../src/lib/server/ledger/audit.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import type { Park } from '../../src/lib/server/park.ts';
import { holdVoucher } from '../../src/lib/server/voucher/hold.ts';
import { join } from '../../src/lib/server/wallet/join.ts';
import { makeRecoveryCode } from '../../src/lib/server/wallet/recovery.ts';
import type { Place, Stores } from '../support/engines.ts';
import { STATIONS, testPark, TestPhone } from '../support/park.ts';
import type { ParkOptions, TestPark } from '../support/park.ts';
import { onBothEngines } from './on-both-engines.ts';

/** Where a story takes place. */
export interface Here {
  readonly engine: Engine;
  readonly stores: Stores;
  readonly place: Place;
  park: TestPark;
  audit(): Promise<Breach[]>;
  /** Ends the park as it should be ended and opens it again, at the same moment. */
  restart(options?: ParkOptions): Promise<TestPark>;
}

/** Tells stories on both engines, each in a park of its own, which ends with a clean audit. */
export function stories(tell: (here: Here) => void, options: ParkOptions = {}): void {
  onBothEngines((engine, stores) => {
    let starts = 0;
    const here: { -readonly [K in keyof Here]: Here[K] } = {
      engine,
      get stores() {
        return stores();
      },
      place: '',
      park: undefined as never,
      audit: () => audit(here.park.store.read, sampleCampaign),
      async restart(changed = {}) {
        const nowMs = here.park.clock();
        await closePark(here.park);
        const again = { ...options, seed: `start ${++starts}`, nowMs, ...changed };
        return (here.park = await testPark(stores().open(here.place), again));
      },
    };
    beforeEach(async () => {
      here.place = await stores().migratedPlace();
      here.park = await testPark(stores().open(here.place), options);
    });
    afterEach(async () => {
      expect(await here.audit()).toEqual([]);
      await closePark(here.park);
    });
    tell(here);
  });
}

/** The request is refused, for this reason. */
export async function refused(
  request: Promise<unknown>,
  code: RefusalCode,
  details: object = {},
): Promise<void> {
  await expect(request).rejects.toMatchObject({ name: 'Refused', code, details });
}

/** A phone whose wallet has at least so many points. */
export async function phoneWith(park: TestPark, points: number): Promise<TestPhone> {
  const phone = new TestPhone(park);
  await phone.earn(points);
  return phone;
}

export const TISSUES = { shopId: 'east', goodsId: 'tissues', points: 20 };

export function holdTissues(
  park: Park,
  phone: TestPhone,
  change: Partial<typeof TISSUES & { id: string }> = {},
): Promise<VoucherView> {
  return holdVoucher(park, phone.session, { id: phone.id(), ...TISSUES, ...change });
}

/** The attempts of a day's 今日五题, right. */
export function dailyFive(phone: TestPhone, park: Park, date = dayAt(park.clock())) {
  const day = dayAt(park.clock());
  const round = { id: phone.id(), of: { kind: 'daily' as const, date }, day };
  return fiveOf(date).map((id) => phone.attempt(id, true, { round }));
}

/** A round at a station of the sample trail, every question once. */
export function stationRound(
  phone: TestPhone,
  { clock }: Pick<Park, 'clock'>,
  station: string,
  code?: string,
): SentAttempt[] {
  const of = { kind: 'station' as const, station, ...(code !== undefined && { code }) };
  const round = { id: phone.id(), of, day: dayAt(clock()) };
  return (STATIONS[station] ?? []).map((id, n) => phone.attempt(id, n % 2 === 0, { round }));
}

/** As the sample calendar has them. */
function fiveOf(date: string): string[] {
  const days = Math.round((Date.parse(date) - Date.parse('2026-11-01')) / 86_400_000);
  return Array.from({ length: 5 }, (_, i) => `q${(days * 5 + i) % 60}`);
}

export const yesterday = (park: Park): string => addDays(dayAt(park.clock()), -1);

/** Another phone of the same wallet, let in by a recovery code. */
export async function secondPhone(park: TestPark, first: TestPhone): Promise<TestPhone> {
  const second = new TestPhone(park);
  await joinBy(park, second, await makeRecoveryCode(park, first.session));
  return second;
}

/** A phone joins the wallet that a code opens; the next sync begins with all of that one's history. */
export async function joinBy(park: Park, phone: TestPhone, code: string): Promise<void> {
  phone.session = await join(park, phone.session, joinRequest(phone, code));
  phone.cursor = 0;
}

export function joinRequest(phone: TestPhone, code: string) {
  return { code, deviceId: phone.id(), secret: phone.id(), deviceName: '苹果手机' };
}
