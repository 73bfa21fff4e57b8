import { error } from '@sveltejs/kit';
import { openingFor } from 'virtual:openings';
import { browser } from '$app/environment';
import type { EntryGenerator, PageLoad } from './$types';

// The page is printed with all it needs; who comes from another page waits for the list of topics.
const list = async () => (await import('virtual:topics')).topics;

export const entries: EntryGenerator = async () => (await list()).map(({ id }) => ({ topic: id }));

export const load: PageLoad = async ({ params, url }) => {
  const opening = openingFor(`topic:${params.topic}`);
  const topic = opening?.topic ?? (await list()).find(({ id }) => id === params.topic);
  if (!topic) error(404);
  // `?q=` names a question to begin with; nothing of it is known when the page is printed.
  const wanted = (browser && url.searchParams.get('q')) || undefined;
  return { topic, opening, wanted };
};
