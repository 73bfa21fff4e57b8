// npm run bench: the pages on a phone; npm run bench -- server: the server. See README.md.
await import(process.argv[2] === 'server' ? './server/bench.ts' : './bench.ts');
export {};
