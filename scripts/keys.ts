import { newKey, retire, rotate } from '../src/lib/server/voucher/keys.ts';
import type { Store } from '../src/lib/server/database/store.ts';
import { No, onDatabase, Usage } from './on-database.ts';

// `npm run keys -- list | rotate | retire ID`: the keys that vouchers are signed with. Servers that run take a change
// up within half a minute.

const USAGE = `usage: npm run keys -- list        which keys there are and which one signs
       npm run keys -- rotate      makes the next key; it signs from seven days on
       npm run keys -- retire ID   its vouchers are refused from now on`;

const [command, id, ...more] = process.argv.slice(2);

await onDatabase(async (store) => {
  if (more.length > 0 || (id !== undefined) !== (command === 'retire')) throw new Usage(USAGE);
  switch (command) {
    case 'list':
      return list(store);
    case 'rotate':
      return rotateKey(store);
    case 'retire':
      return retireKey(store, Number(id));
    default:
      throw new Usage(USAGE);
  }
});

async function keysOf(store: Store) {
  return store.read
    .selectFrom('signing_key')
    .select(['id', 'made_at', 'use_from', 'retired_at'])
    .orderBy('id')
    .execute();
}

/** In the order in which the server would choose them. */
async function usableKeys(store: Store) {
  const now = Date.now();
  const keys = await keysOf(store);
  return keys
    .filter((key) => key.use_from <= now && (key.retired_at === null || key.retired_at > now))
    .sort((a, b) => b.use_from - a.use_from || b.id - a.id);
}

async function list(store: Store): Promise<number> {
  const signs = (await usableKeys(store))[0]?.id;
  const held = await store.read
    .selectFrom('voucher')
    .select(['key_id', (e) => e.fn.countAll<number>().as('vouchers')])
    .where('state', '=', 'held')
    .groupBy('key_id')
    .execute();
  for (const { id, made_at, use_from, retired_at } of await keysOf(store)) {
    const vouchers = held.find(({ key_id }) => key_id === id)?.vouchers ?? 0;
    const state =
      retired_at !== null
        ? `retired ${at(retired_at)}`
        : id === signs
          ? 'signs'
          : use_from > Date.now()
            ? `signs from ${at(use_from)}`
            : 'checks only';
    console.log(`key ${id}  made ${at(made_at)}  ${state}  ${vouchers} vouchers held`);
  }
  return 0;
}

async function rotateKey(store: Store): Promise<number> {
  const id = await rotate(store, Date.now());
  const key = (await keysOf(store)).find((row) => row.id === id);
  console.log(`Key ${id} is made. It signs from ${at(key?.use_from ?? 0)}; nothing is refused.`);
  return 0;
}

async function retireKey(store: Store, id: number): Promise<number> {
  const keys = await keysOf(store);
  const key = keys.find((row) => row.id === id);
  if (!key) throw new No(`There is no key ${id}.`);
  if (key.retired_at !== null) throw new No(`Key ${id} is retired since ${at(key.retired_at)}.`);
  const others = (await usableKeys(store)).filter((row) => row.id !== id);
  // Without a key no voucher could be given: the next one signs at once.
  if (others.length === 0) {
    const now = Date.now();
    const next = newKey(Math.max(...keys.map((row) => row.id)) + 1, now, now);
    await store.write((tx) => tx.insertInto('signing_key').values(next).execute());
    console.log(`Key ${next.id} is made and signs at once: there was no other.`);
  }
  if (!(await retire(store, id, Date.now()))) throw new No(`Key ${id} was retired meanwhile.`);
  console.log(
    `Key ${id} is retired. Within half a minute its vouchers are refused; their points come back when they expire.`,
  );
  return 0;
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
