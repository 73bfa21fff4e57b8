import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { sourceVersion } from './source-version.js';

// Builds when the sources are newer than the build.

const STAMP = 'build/stamp';

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== sourceVersion()) {
  console.log(
    'The build is missing or older than the sources: building, this takes about half a minute.',
  );
  const { status, signal } = spawnSync('npm run build', { shell: true, stdio: 'inherit' });
  if (status !== 0) {
    console.error(signal ? 'The build was interrupted.' : 'The build failed; see above.');
    process.exit(1);
  }
}
