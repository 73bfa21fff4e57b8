import type { Campaign } from '../../domain/points/campaign.ts';
import type { Park } from '../park.ts';

/** The campaign of the pack in force; earlier packs only say what was right and which five were a day's. */
export async function rulesInForce({
  packs,
  bank,
}: Pick<Park, 'packs'> & { bank: { packHash: string } }): Promise<Campaign> {
  const current = await packs.find(bank.packHash);
  if (!current) throw new Error(`the pack in force, ${bank.packHash}, is not here`);
  return current.pack.campaign;
}
