import { openingFor } from 'virtual:openings';
import { browser } from '$app/environment';
import { dayAt } from '$lib/domain/points/day.ts';
import type { PageLoad } from './$types';

// Made on the day it is asked for: its opening question is that day's.
export const prerender = false;

export const load: PageLoad = () => {
  return { opening: openingFor(browser ? 'daily:' : `daily:${dayAt(Date.now())}`) };
};
