import { sql, type CreateTableBuilder } from 'kysely';
import type { Store, Tx } from '../store.ts';

/** The first version: wallets, the ledger, vouchers, shops. */
export async function up(tx: Tx, { engine }: Pick<Store, 'engine'>): Promise<void> {
  // Rows lie in the order of their key, which starts with the wallet: a wallet's history is read in one place.
  const done = <T extends string, C extends string>(table: CreateTableBuilder<T, C>) =>
    (engine === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table).execute();
  const create = (name: string) => tx.schema.createTable(name);
  const whole = 'bigint' as const;
  /** STRICT tables of SQLite know `integer`, PostgreSQL needs eight bytes for times. */
  const int = engine === 'sqlite' ? ('integer' as const) : whole;

  await done(
    create('meta')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('value', 'text', (c) => c.notNull()),
  );
  await done(
    create('campaign_budget')
      .addColumn('campaign_id', 'text', (c) => c.primaryKey())
      .addColumn('budget', int, (c) => c.notNull())
      .addColumn('leased', int, (c) => c.notNull())
      .addCheckConstraint('budget_kept', sql`leased >= 0 and leased <= budget`),
  );
  await done(
    create('wallet')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('opened_at', int, (c) => c.notNull())
      .addColumn('available', int, (c) => c.notNull().check(sql`available >= 0`))
      .addColumn('held', int, (c) => c.notNull().check(sql`held >= 0`))
      .addColumn('seq', int, (c) => c.notNull())
      .addColumn('closed_at', int)
      .addColumn('joined_into', 'text'),
  );
  await done(
    create('device')
      .addColumn('wallet_id', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('token_hash', 'text', (c) => c.notNull())
      .addColumn('claim_hash', 'text')
      .addColumn('added_at', int, (c) => c.notNull())
      .addColumn('last_sync_at', int, (c) => c.notNull())
      .addColumn('signed_out_at', int)
      .addPrimaryKeyConstraint('device_key', ['wallet_id', 'id']),
  );
  await done(
    create('recovery')
      .addColumn('code_hash', 'text', (c) => c.primaryKey())
      .addColumn('wallet_id', 'text', (c) => c.notNull().unique())
      .addColumn('made_at', int, (c) => c.notNull()),
  );
  await done(
    create('attempt')
      .addColumn('wallet_id', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('seq', int, (c) => c.notNull())
      .addColumn('device_id', 'text', (c) => c.notNull())
      .addColumn('content_hash', 'text', (c) => c.notNull())
      .addColumn('question_id', 'text', (c) => c.notNull())
      .addColumn('pack_hash', 'text', (c) => c.notNull())
      .addColumn('response', 'text', (c) => c.notNull())
      .addColumn('right', int, (c) => c.notNull())
      .addColumn('practised_at', int, (c) => c.notNull())
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('round', 'text', (c) => c.notNull())
      .addColumn('verdict', 'text', (c) => c.notNull())
      .addColumn('received_at', int, (c) => c.notNull())
      .addPrimaryKeyConstraint('attempt_key', ['wallet_id', 'id']),
  );
  await done(
    create('wallet_day')
      .addColumn('wallet_id', 'text', (c) => c.notNull())
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('question_points', int, (c) => c.notNull().check(sql`question_points >= 0`))
      .addColumn('attempts', int, (c) => c.notNull())
      .addColumn('daily', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('wallet_day_key', ['wallet_id', 'day']),
  );
  await done(
    create('transfer')
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('seq', int, (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('from_account', 'text', (c) => c.notNull())
      .addColumn('to_account', 'text', (c) => c.notNull())
      .addColumn('points', int, (c) => c.notNull().check(sql`points > 0`))
      .addColumn('at', int, (c) => c.notNull())
      .addColumn('award_key', 'text')
      .addColumn('day', 'text')
      .addColumn('attempt_id', 'text')
      .addColumn('voucher_id', 'text')
      .addColumn('shop_id', 'text')
      .addColumn('why', 'text')
      .addColumn('reverses', 'text')
      .addPrimaryKeyConstraint('transfer_key', ['owner', 'id']),
  );
  await done(
    create('voucher')
      .addColumn('wallet_id', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('seq', int, (c) => c.notNull())
      .addColumn('shop_id', 'text', (c) => c.notNull())
      .addColumn('goods_id', 'text', (c) => c.notNull())
      .addColumn('points', int, (c) => c.notNull().check(sql`points > 0`))
      .addColumn('charged', int, (c) => c.notNull().check(sql`charged between 0 and points`))
      .addColumn('stocked', int, (c) => c.notNull())
      .addColumn('settle_fen', int, (c) => c.notNull().check(sql`settle_fen >= 0`))
      .addColumn('issued_at', int, (c) => c.notNull())
      .addColumn('expires_at', int, (c) => c.notNull())
      .addColumn('key_id', int, (c) => c.notNull())
      .addColumn('token', 'text', (c) => c.notNull())
      .addColumn('code', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) =>
        c.notNull().check(sql`state in ('held', 'handed-over', 'released')`),
      )
      .addColumn('state_at', int, (c) => c.notNull())
      .addColumn('why', 'text')
      .addColumn('terminal_id', 'text')
      .addColumn('nonce', 'text')
      .addColumn('consumed_by', 'text')
      .addPrimaryKeyConstraint('voucher_key', ['wallet_id', 'id']),
  );
  await done(
    create('report')
      .addColumn('wallet_id', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('question_id', 'text', (c) => c.notNull())
      .addColumn('pack_hash', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('received_at', int, (c) => c.notNull())
      .addPrimaryKeyConstraint('report_key', ['wallet_id', 'id']),
  );
  await done(
    create('goods')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('detail', 'text', (c) => c.notNull())
      .addColumn('picture', 'text', (c) => c.notNull())
      .addColumn('points', int, (c) => c.notNull().check(sql`points > 0`))
      .addColumn('settle_fen', int, (c) => c.notNull().check(sql`settle_fen >= 0`))
      .addColumn('account_age_days', int, (c) => c.notNull())
      .addColumn('offered', int, (c) => c.notNull()),
  );
  await done(
    create('shop')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('hours', 'text', (c) => c.notNull())
      .addColumn('sample', int, (c) => c.notNull())
      .addColumn('open', int, (c) => c.notNull()),
  );
  await done(
    create('stock')
      .addColumn('shop_id', 'text', (c) => c.notNull())
      .addColumn('goods_id', 'text', (c) => c.notNull())
      .addColumn('put_in', int, (c) => c.notNull())
      .addColumn('free', int, (c) => c.notNull().check(sql`free >= 0`))
      .addColumn('held', int, (c) => c.notNull().check(sql`held >= 0`))
      .addColumn('handed_over', int, (c) => c.notNull().check(sql`handed_over >= 0`))
      .addPrimaryKeyConstraint('stock_key', ['shop_id', 'goods_id'])
      .addCheckConstraint('stock_adds_up', sql`put_in = free + held + handed_over`),
  );
  await done(
    create('terminal')
      .addColumn('shop_id', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('token_hash', 'text', (c) => c.notNull())
      .addColumn('enrolled_at', int, (c) => c.notNull())
      .addColumn('ended_at', int)
      .addColumn('wrong_codes', int, (c) => c.notNull())
      .addColumn('locked_until', int, (c) => c.notNull())
      .addPrimaryKeyConstraint('terminal_key', ['shop_id', 'id']),
  );
  await done(
    create('enrolment')
      .addColumn('code_hash', 'text', (c) => c.primaryKey())
      .addColumn('shop_id', 'text', (c) => c.notNull())
      .addColumn('made_at', int, (c) => c.notNull())
      .addColumn('expires_at', int, (c) => c.notNull())
      .addColumn('used_at', int),
  );
  await done(
    create('handover')
      .addColumn('shop_id', 'text', (c) => c.notNull())
      .addColumn('nonce', 'text', (c) => c.notNull())
      .addColumn('wallet_id', 'text', (c) => c.notNull())
      .addColumn('voucher_id', 'text', (c) => c.notNull())
      .addColumn('terminal_id', 'text', (c) => c.notNull())
      .addColumn('did', 'text', (c) => c.notNull())
      .addColumn('at', int, (c) => c.notNull())
      .addColumn('undone_at', int)
      .addPrimaryKeyConstraint('handover_key', ['shop_id', 'nonce']),
  );
  await done(
    create('signing_key')
      .addColumn('id', int, (c) => c.primaryKey())
      .addColumn('private_pem', 'text', (c) => c.notNull())
      .addColumn('public_pem', 'text', (c) => c.notNull())
      .addColumn('made_at', int, (c) => c.notNull())
      .addColumn('use_from', int, (c) => c.notNull())
      .addColumn('retired_at', int),
  );

  // A key pays once, a transfer is reversed once, a loss is booked once for a voucher: the database itself refuses more.
  await sql`create unique index transfer_award on transfer (owner, award_key) where kind = 'award'`.execute(
    tx,
  );
  await sql`create unique index transfer_reversal on transfer (owner, reverses) where reverses is not null`.execute(
    tx,
  );
  await sql`create unique index transfer_loss on transfer (owner, voucher_id) where kind = 'loss'`.execute(
    tx,
  );
  await sql`create index transfer_shop on transfer (shop_id, at) where shop_id is not null`.execute(
    tx,
  );
  await tx.schema.createIndex('transfer_seq').on('transfer').columns(['owner', 'seq']).execute();
  await tx.schema.createIndex('attempt_seq').on('attempt').columns(['wallet_id', 'seq']).execute();
  await tx.schema
    .createIndex('attempt_question')
    .on('attempt')
    .columns(['wallet_id', 'question_id'])
    .execute();
  await tx.schema.createIndex('voucher_seq').on('voucher').columns(['wallet_id', 'seq']).execute();
  await tx.schema
    .createIndex('voucher_code')
    .on('voucher')
    .columns(['shop_id', 'code'])
    .unique()
    .execute();
  await sql`create index voucher_due on voucher (expires_at) where state = 'held'`.execute(tx);
  await tx.schema.createIndex('handover_at').on('handover').columns(['shop_id', 'at']).execute();
}

/** The rules that the tables keep by themselves are there. */
export async function assert(tx: Tx): Promise<void> {
  for (const table of ['wallet', 'attempt', 'transfer', 'voucher', 'stock', 'handover'] as const) {
    const { rows } = await tx
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    if (Number(rows) !== 0) throw new Error(`a new table ${table} has ${rows} rows`);
  }
}
