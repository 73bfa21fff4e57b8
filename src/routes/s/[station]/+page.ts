import { error } from '@sveltejs/kit';
import { stations } from 'virtual:trail';
import { stories } from 'virtual:stories';
import type { EntryGenerator, PageLoad } from './$types';

export const entries: EntryGenerator = () => stations.map(({ id }) => ({ station: id }));

export const load: PageLoad = ({ params }) => {
  const station = stations.find(({ id }) => id === params.station);
  const told = stories[params.station];
  if (!station || !told) error(404);
  return { station, told };
};
