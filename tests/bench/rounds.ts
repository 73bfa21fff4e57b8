import type { Chromium } from './chromium.ts';
import type { NoiseWatch } from './noise.ts';
import type { Site } from './site.ts';

/** What was measured of both in the same round. */
export interface Pair<Value> {
  bare: Value;
  park: Value;
}

/**
 * Measures both sites in turn, so that what else the machine does falls on both; each goes first in every other round.
 * @param done told after each round
 */
export async function inRounds<Value>(
  rounds: number,
  sites: Pair<Site>,
  browser: Chromium,
  noise: NoiseWatch,
  visit: (browser: Chromium, site: Site) => Promise<Value>,
  done: (round: number) => void,
): Promise<Pair<Value>[]> {
  const measure = (site: Site) => {
    noise.sample();
    return visit(browser, site);
  };
  const pairs: Pair<Value>[] = [];
  for (let round = 1; round <= rounds; round++) {
    if (round % 2) {
      const bare = await measure(sites.bare);
      pairs.push({ bare, park: await measure(sites.park) });
    } else {
      const park = await measure(sites.park);
      pairs.push({ bare: await measure(sites.bare), park });
    }
    done(round);
  }
  return pairs;
}
