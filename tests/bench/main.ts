// npm run bench: the pages on a phone; -- server: the server; -- search: the search on a phone. See README.md.
const benches = { server: './server/bench.ts', search: './search.ts' } as const;
const asked = process.argv[2];
await import(asked === 'server' || asked === 'search' ? benches[asked] : './bench.ts');
export {};
