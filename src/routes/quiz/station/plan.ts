import { stationOf } from '$lib/domain/bank/stations.ts';
import type { Plan } from '../plan.ts';

/**
 * All questions of a station in their order.
 * @param code what its board says, where it was scanned
 */
export function stationPlan(station: string, code: string | undefined): Plan {
  return {
    of: () => ({ kind: 'station', station, ...(code !== undefined && { code }) }),
    choose: ({ pack, questions }) =>
      (stationOf(pack, station)?.questions ?? []).flatMap((id) => questions.get(id) ?? []),
  };
}
