// npm run bench: the pages on a phone; -- server: the server; -- search, -- shop: these on a phone. See README.md.
const benches = { server: './server/bench.ts', search: './search.ts', shop: './shop.ts' } as const;
const asked = process.argv[2] ?? '';
await import(asked in benches ? benches[asked as keyof typeof benches] : './bench.ts');
export {};
