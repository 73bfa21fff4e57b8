// npm start: builds when needed, then becomes the server (one process, so that a Ctrl-C reaches it once and directly).
await import('./build-if-stale.ts');
await import('../src/server.ts');
