import { stations } from 'virtual:trail';

export { report } from './Report.svelte';
export { walkOn } from './walk-on.svelte.ts';
export { stations };

export function stationFor(id: string): { id: string; name: string; count: number } | undefined {
  const station = stations.find((one) => one.id === id);
  return station && { id, name: station.name, count: station.questions.length };
}
