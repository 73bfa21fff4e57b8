/** A station as the park's page shows it. */
export interface StationShown {
  id: string;
  name: string;
  book: string;
  /** On the map, see `MAP_SIZE`. */
  at: readonly [x: number, y: number];
  answered: number;
  total: number;
}

/** How far a visitor has come there; also what its marker looks like. */
export function visitOf({ answered, total }: StationShown): 'fresh' | 'begun' | 'done' {
  if (answered === 0) return 'fresh';
  return answered < total ? 'begun' : 'done';
}
