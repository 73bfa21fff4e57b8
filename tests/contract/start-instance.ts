import { openPostgres } from '../../src/lib/server/database/postgres.ts';
import { openSqlite } from '../../src/lib/server/database/sqlite.ts';
import { closePark } from '../../src/lib/server/open-park.ts';
import { epochOf } from '../../src/lib/server/epoch.ts';
import { testPark, TestPhone } from '../support/park.ts';

// An instance of the server as far as the database knows: opens it, books one attempt, says what it sees, ends.

const [engine, place = '', seed = ''] = process.argv.slice(2);
const park = await testPark(engine === 'sqlite' ? openSqlite(place) : openPostgres(place), {
  seed,
});
const phone = new TestPhone(park);
const { wallet } = await phone.sync([phone.attempt('q1')]);
const epoch = await epochOf(park.store.read);
const keys = await park.store.read.selectFrom('signing_key').select('public_pem').execute();
console.log(JSON.stringify({ epoch, keys, available: wallet.available }));
await closePark(park);
