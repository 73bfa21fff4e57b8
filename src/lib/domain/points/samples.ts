import type { Campaign } from './campaign.ts';

/** A campaign for specs; never part of the product. */
export const sampleCampaign: Campaign = {
  id: 'sample',
  title: '样例活动',
  earnFrom: '2026-11-01',
  earnUntil: '2027-10-31',
  redeemUntil: '2027-12-31',
  budget: 100_000,
  firstSyncDays: 7,
  dailyCap: 30,
  awards: {
    firstRight: 2,
    rightAfterWrong: 1,
    daily: 3,
    station: 5,
    week: { points: 10, days: 6 },
  },
};
