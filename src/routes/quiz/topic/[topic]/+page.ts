import { error } from '@sveltejs/kit';
import { openingFor } from 'virtual:openings';
import { topics } from 'virtual:catalogue';
import type { EntryGenerator, PageLoad } from './$types';

export const entries: EntryGenerator = () => topics.map(({ id }) => ({ topic: id }));

export const load: PageLoad = ({ params }) => {
  const topic = topics.find(({ id }) => id === params.topic);
  if (!topic) error(404);
  return { topic, opening: openingFor(`topic:${topic.id}`) };
};
