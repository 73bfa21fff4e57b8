import { test as setup } from '@playwright/test';
import { makeNextBuild } from '../support/next-build.ts';

setup('the next version is built', () => {
  setup.setTimeout(180_000);
  makeNextBuild();
});
