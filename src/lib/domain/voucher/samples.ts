import type { Offer } from './offer.ts';

/** An offer for specs; never part of the product. */
export const sampleOffer: Offer = {
  goods: [
    {
      id: 'tissues',
      name: '纸巾',
      detail: '一包',
      picture: 'tissues',
      points: 20,
      settleFen: 150,
      accountAgeDays: 0,
    },
    {
      id: 'umbrella',
      name: '雨伞',
      detail: '一把',
      picture: 'umbrella',
      points: 60,
      settleFen: 1500,
      accountAgeDays: 3,
    },
  ],
  shops: [
    {
      id: 'east',
      name: '湖东店',
      address: '湖东路1号',
      hours: '8:00–21:00',
      sample: true,
      lossLimit: 60,
      stock: { tissues: 5, umbrella: 2 },
    },
    {
      id: 'west',
      name: '湖西店',
      address: '湖西路1号',
      hours: '8:00–21:00',
      sample: true,
      lossLimit: 60,
      stock: { tissues: 1 },
    },
  ],
};
