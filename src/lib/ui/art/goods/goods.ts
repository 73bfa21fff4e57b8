import type { Component } from 'svelte';
import type { Goods } from '../../../domain/voucher/offer.ts';
import GoodsNoodles from './GoodsNoodles.svelte';
import GoodsRice from './GoodsRice.svelte';
import GoodsSalt from './GoodsSalt.svelte';
import GoodsSoap from './GoodsSoap.svelte';
import GoodsTissues from './GoodsTissues.svelte';
import GoodsTowel from './GoodsTowel.svelte';
import GoodsUmbrella from './GoodsUmbrella.svelte';
import GoodsWater from './GoodsWater.svelte';

/** The drawing of each picture name that goods may have in `campaign.yaml`. */
export const goodsArt: Record<string, Component> = {
  water: GoodsWater,
  tissues: GoodsTissues,
  soap: GoodsSoap,
  towel: GoodsTowel,
  salt: GoodsSalt,
  noodles: GoodsNoodles,
  umbrella: GoodsUmbrella,
  rice: GoodsRice,
} satisfies Record<Goods['picture'], Component>;
