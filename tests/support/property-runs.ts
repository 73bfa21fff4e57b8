import fc from 'fast-check';

// Loaded before every unit test: `npm run test:long` tries each property on many more cases. A failing case prints
// its seed and path; to replay it, give both to fc.assert's parameters.
fc.configureGlobal({ numRuns: process.env.LONG ? 20_000 : 300 });
