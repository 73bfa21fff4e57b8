import type { Store } from '../src/lib/server/database/store.ts';
import { No } from './on-database.ts';

export interface Named {
  id: string;
  name: string;
}

/** The one of a list that is meant, by id or by name. @throws No where there is none, or more than one */
export function only<T extends Named>(list: readonly T[], asked: string, what: string): T {
  const byId = list.filter(({ id }) => id === asked);
  const [one, ...others] = byId.length > 0 ? byId : list.filter(({ name }) => name === asked);
  if (!one) {
    const known = list.map(({ id, name }) => `${id} (${name})`).join(', ');
    throw new No(`There is no ${what} ${asked}. There are: ${known || 'none'}`);
  }
  if (others.length > 0)
    throw new No(`More than one ${what} is called ${asked}: name it by its id.`);
  return one;
}

export async function theShop({ read }: Store, asked: string): Promise<Named> {
  return only(await read.selectFrom('shop').select(['id', 'name']).execute(), asked, 'shop');
}

/** For the operator: 2026-11-24 11:00, in UTC. */
export const at = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
/** Whole fen as yuan. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}¥${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
