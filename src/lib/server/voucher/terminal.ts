import { codeFrom } from '../../domain/voucher/code.ts';
import type { TerminalView } from '../../domain/voucher/messages.ts';
import { Refused } from '../../domain/refusal.ts';
import type { Store, Tx } from '../database/store.ts';
import type { TerminalRow } from '../database/tables.ts';
import { newId, type Park } from '../park.ts';
import { hashOf, newSecret, sameHash } from '../wallet/session.ts';

/** What a till's cookie says. */
export interface TerminalSession {
  shopId: string;
  terminalId: string;
  secret: string;
}

const ENROLMENT_MS = 24 * 3_600_000;
export const ENROLMENT_CODE_LENGTH = 12;

/** Makes a code that enrols one device of a shop, once, within a day. @throws Error where there is no such shop */
export async function makeEnrolment(
  park: Pick<Park, 'store' | 'clock' | 'random'>,
  shopId: string,
): Promise<string> {
  const code = codeFrom(park.random(40), ENROLMENT_CODE_LENGTH);
  const now = park.clock();
  await park.store.write(async (tx) => {
    const shop = await tx
      .selectFrom('shop')
      .select('id')
      .where('id', '=', shopId)
      .executeTakeFirst();
    if (!shop) throw new Error(`no shop ${shopId}`);
    await tx
      .insertInto('enrolment')
      .values({
        code_hash: hashOf(code),
        shop_id: shopId,
        made_at: now,
        expires_at: now + ENROLMENT_MS,
        used_at: null,
      })
      .execute();
  });
  return code;
}

/** @throws Refused `enrolment-unknown` where the code is wrong, used or too old */
export async function enrol(
  park: Park,
  { code, name }: { code: string; name: string },
): Promise<{ session: TerminalSession; view: TerminalView }> {
  return park.store.write(async (tx) => {
    const now = park.clock();
    const used = await tx
      .updateTable('enrolment')
      .set({ used_at: now })
      .where('code_hash', '=', hashOf(code))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning('shop_id')
      .executeTakeFirst();
    if (!used) throw new Refused('enrolment-unknown');
    const session = { shopId: used.shop_id, terminalId: newId(park), secret: newSecret(park) };
    const row: TerminalRow = {
      shop_id: session.shopId,
      id: session.terminalId,
      name,
      token_hash: hashOf(session.secret),
      enrolled_at: now,
      ended_at: null,
      wrong_codes: 0,
      locked_until: 0,
    };
    await tx.insertInto('terminal').values(row).execute();
    return { session, view: await terminalView(tx, row) };
  });
}

/** Who stands at the till. @throws Refused `terminal-unknown` */
export async function identifyTerminal(
  tx: Tx,
  { engine }: Pick<Store, 'engine'>,
  session: TerminalSession | undefined,
  lock = false,
): Promise<TerminalRow> {
  const row =
    session &&
    (await tx
      .selectFrom('terminal')
      .selectAll()
      .where('shop_id', '=', session.shopId)
      .where('id', '=', session.terminalId)
      .$if(lock && engine === 'postgres', (q) => q.forUpdate())
      .executeTakeFirst());
  if (!row || row.ended_at !== null || !sameHash(session.secret, row.token_hash))
    throw new Refused('terminal-unknown');
  return row;
}

export async function terminalView(
  tx: Tx,
  { id, name, shop_id }: TerminalRow,
): Promise<TerminalView> {
  const shop = await tx
    .selectFrom('shop')
    .selectAll()
    .where('id', '=', shop_id)
    .executeTakeFirstOrThrow();
  return {
    terminalId: id,
    name,
    shop: {
      id: shop.id,
      name: shop.name,
      address: shop.address,
      open: shop.open === 1,
      sample: shop.sample === 1,
    },
    offline: { is: 'no' },
    clerks: [],
  };
}

/** Its enrolment ends; what it handed over stays booked. */
export async function leave(park: Park, session: TerminalSession | undefined): Promise<void> {
  await park.store.write(async (tx) => {
    const { shop_id, id } = await identifyTerminal(tx, park.store, session);
    await tx
      .updateTable('terminal')
      .set({ ended_at: park.clock() })
      .where('shop_id', '=', shop_id)
      .where('id', '=', id)
      .execute();
  });
}
