import { sql, type CreateTableBuilder } from 'kysely';
import type { Store, Tx } from '../store.ts';

/** Tills that hand over without a signal, clerks, uploads, losses, settlements, and each shop's trail. */
export async function up(tx: Tx, { engine }: Pick<Store, 'engine'>): Promise<void> {
  const done = <T extends string, C extends string>(table: CreateTableBuilder<T, C>) =>
    (engine === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table).execute();
  const create = (name: string) => tx.schema.createTable(name).addColumn('shop_id', 'text', must);
  const int = engine === 'sqlite' ? ('integer' as const) : ('bigint' as const);

  await tx.schema.alterTable('shop').addColumn('loss_limit', int, whole(1000)).execute();
  await tx.schema.alterTable('enrolment').addColumn('replaces', int, whole(0)).execute();
  for (const column of ['public_key', 'clerk_id', 'ended_by'] as const)
    await tx.schema.alterTable('terminal').addColumn(column, 'text').execute();
  await tx.schema.alterTable('terminal').addColumn('wants_offline', int, whole(0)).execute();

  await tx.schema.alterTable('voucher').addColumn('ending', 'text').execute();
  await tx.schema.alterTable('voucher').addColumn('ending_at', int).execute();
  await tx.schema.alterTable('voucher').addColumn('list_at', int, whole(0)).execute();
  await tx.schema
    .createIndex('voucher_shop')
    .on('voucher')
    .columns(['shop_id', 'expires_at'])
    .execute();
  await sql`create index voucher_ending on voucher (shop_id) where ending is not null`.execute(tx);

  await alterHandover(tx, int);

  await done(
    create('desk')
      .addColumn('list_number', int, must)
      .addColumn('trail_number', int, must)
      .addColumn('trail_hash', 'text', must)
      .addPrimaryKeyConstraint('desk_key', ['shop_id']),
  );
  await sql`insert into desk select id, 0, 0, '' from shop`.execute(tx);
  await done(
    create('offline_right')
      .addColumn('terminal_id', 'text', must)
      .addColumn('granted_at', int, must)
      .addColumn('first_list', int, must)
      .addColumn('last_contact', int, must)
      .addColumn('last_list', int, must)
      .addColumn('last_as_of', int, must)
      .addColumn('confirmed_list', int)
      .addColumn('confirmed_as_of', int)
      .addColumn('ended_at', int)
      .addColumn('lost_at', int)
      .addPrimaryKeyConstraint('offline_right_key', ['shop_id', 'terminal_id']),
  );
  await done(
    create('clerk')
      .addColumn('id', 'text', must)
      .addColumn('name', 'text', must)
      .addColumn('pin_salt', 'text', must)
      .addColumn('pin_hash', 'text', must)
      .addColumn('verifier_salt', 'text', must)
      .addColumn('verifier_hash', 'text', must)
      .addColumn('wrong', int, must)
      .addColumn('locked_until', int, must)
      .addColumn('added_at', int, must)
      .addColumn('ended_at', int)
      .addPrimaryKeyConstraint('clerk_key', ['shop_id', 'id']),
  );
  await done(
    create('upload')
      .addColumn('nonce', 'text', must)
      .addColumn('terminal_id', 'text', must)
      .addColumn('voucher_id', 'text')
      .addColumn('verdict', 'text', must)
      .addColumn('at', int, must)
      .addColumn('received_at', int, must)
      .addPrimaryKeyConstraint('upload_key', ['shop_id', 'nonce']),
  );
  await done(
    create('loss')
      .addColumn('wallet_id', 'text', must)
      .addColumn('voucher_id', 'text', must)
      .addColumn('nonce', 'text', must)
      .addColumn('points', int, (c) => must(c).check(sql`points > 0`))
      .addColumn('month', 'text', must)
      .addColumn('why', 'text', must)
      .addColumn('state', 'text', (c) =>
        must(c).check(sql`state in ('booked', 'waiting', 'declined')`),
      )
      .addColumn('limit_then', int, must)
      .addColumn('at', int, must)
      .addColumn('decided_at', int)
      .addColumn('transfer_id', 'text')
      // The campaign pays for a voucher once.
      .addPrimaryKeyConstraint('loss_key', ['wallet_id', 'voucher_id']),
  );
  await sql`
    insert into loss (shop_id, wallet_id, voucher_id, nonce, points, month, why, state, limit_then, at, transfer_id)
    select t.shop_id, t.owner, t.voucher_id, coalesce(v.nonce, ''), t.points, '', 'lacking', 'booked', 0, t.at, t.id
    from transfer t join voucher v on v.wallet_id = t.owner and v.id = t.voucher_id
    where t.kind = 'loss'
  `.execute(tx);
  await tx.schema.createIndex('loss_month').on('loss').columns(['shop_id', 'month']).execute();
  await done(
    create('trail')
      .addColumn('number', int, must)
      .addColumn('at', int, must)
      .addColumn('kind', 'text', must)
      .addColumn('what', 'text', must)
      .addColumn('hash', 'text', must)
      .addPrimaryKeyConstraint('trail_key', ['shop_id', 'number']),
  );
  await done(
    create('terminal_event')
      .addColumn('id', 'text', must)
      .addPrimaryKeyConstraint('terminal_event_key', ['shop_id', 'id']),
  );
  await done(
    create('settlement')
      .addColumn('month', 'text', must)
      .addColumn('at', int, must)
      .addColumn('pieces', int, must)
      .addColumn('points', int, must)
      .addColumn('settle_fen', int, must)
      .addColumn('transfer_id', 'text')
      .addPrimaryKeyConstraint('settlement_key', ['shop_id', 'month']),
  );
  await done(
    create('correction')
      .addColumn('id', 'text', must)
      .addColumn('at', int, must)
      .addColumn('fen', int, must)
      .addColumn('why', 'text', must)
      .addColumn('settled_in', 'text')
      .addPrimaryKeyConstraint('correction_key', ['shop_id', 'id']),
  );
}

/** A hand-over holds all that a statement needs, also where there is no voucher that pays. */
async function alterHandover(tx: Tx, int: 'integer' | 'bigint'): Promise<void> {
  const table = () => tx.schema.alterTable('handover');
  for (const column of ['goods_id', 'paid'] as const)
    await table()
      .addColumn(column, 'text', (c) => c.notNull().defaultTo(''))
      .execute();
  for (const column of ['points', 'settle_fen', 'booked_at'] as const)
    await table().addColumn(column, int, whole(0)).execute();
  for (const column of ['clerk_id', 'settled_in'] as const)
    await table().addColumn(column, 'text').execute();
  const ofVoucher = (column: string) => sql`(
    select ${sql.ref(column)} from voucher v
    where v.wallet_id = handover.wallet_id and v.id = handover.voucher_id
  )`;
  await sql`
    update handover set
      goods_id = ${ofVoucher('v.goods_id')},
      points = ${ofVoucher('v.points')},
      settle_fen = ${ofVoucher('v.settle_fen')},
      booked_at = at,
      paid = case did when 'handed-over' then 'voucher' else 'none' end
  `.execute(tx);
}

const must = <C extends { notNull(): C }>(column: C): C => column.notNull();
const whole =
  (value: number) =>
  <C extends { notNull(): C; defaultTo(value: number): C }>(column: C): C =>
    column.notNull().defaultTo(value);

/** Every hand-over knows what it was of. */
export async function assert(tx: Tx): Promise<void> {
  const without = await tx
    .selectFrom('handover')
    .select('nonce')
    .where('goods_id', '=', '')
    .executeTakeFirst();
  if (without) throw new Error(`hand-over ${without.nonce} does not know its goods`);
}
