import { spawnSync } from 'node:child_process';
import { findBrowser } from './find-browser.ts';

// Before the browser tests: a fresh machine has no browser. They are never skipped for that.
const installs: [string, string[]][] = [
  ['npx', ['playwright', 'install', '--with-deps', 'chromium']],
  ['sh', ['-c', 'apt-get update && apt-get install -y chromium fonts-noto-cjk']],
];
for (const [command, args] of installs) {
  if (findBrowser()) break;
  console.log(`No browser found. Trying: ${command} ${args.join(' ')}`);
  spawnSync(command, args, { stdio: 'inherit', timeout: 600_000 });
}
const browser = findBrowser();
if (!browser) {
  console.error(
    'The browser tests need Chromium and none could be installed. Install it (Debian: apt-get install -y chromium), ' +
      'or set PLAYWRIGHT_CHROMIUM to the path of one, and run npm test again.',
  );
  process.exit(1);
}
console.log(`Browser: ${browser}`);
