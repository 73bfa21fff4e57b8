import { error } from '@sveltejs/kit';
import { openingFor } from 'virtual:openings';
import type { EntryGenerator, PageLoad } from './$types';

// The page is printed with all it needs; who comes from another page waits for the list of stations.
const later = () => import('./later.ts');

export const entries: EntryGenerator = async () =>
  (await later()).stations.map(({ id }) => ({ station: id }));

export const load: PageLoad = async ({ params }) => {
  const opening = openingFor(`station:${params.station}`);
  const station = opening?.station ?? (await later()).stationFor(params.station);
  if (!station) error(404);
  return { station, opening };
};
