import type { Pack } from './pack.ts';
import type { Station } from './trail.ts';

/** The box that the trail's map is drawn in; a station's `at` is a point of it, from the upper left corner. */
export const MAP_SIZE = { width: 1000, height: 1400 } as const;

/** Undefined where there is no such station, or the pack is older than the trail. */
export function stationOf(pack: Pack, stationId: string): Station | undefined {
  return pack.stations?.find((station) => station.id === stationId);
}
