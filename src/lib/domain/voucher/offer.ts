import * as v from 'valibot';

const id = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '编号须为 kebab-case'),
  v.maxLength(40, '编号超过40字'),
);
const whole = v.pipe(v.number(), v.integer('须为整数'), v.minValue(0, '不能为负'));
const text = (max: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(max));

/** The drawn pictures that goods may have; `ui/art/goods` holds one for each name. */
export const GOODS_PICTURES = [
  'water',
  'tissues',
  'soap',
  'towel',
  'salt',
  'noodles',
  'umbrella',
  'rice',
] as const;

/** Something that points can be exchanged for. `settleFen` is what the shop will be owed for one, in fen. */
export const Goods = v.strictObject({
  id,
  name: text(16),
  /** What exactly one gets: size, weight, number. */
  detail: text(24),
  picture: v.picklist(GOODS_PICTURES),
  points: v.pipe(whole, v.minValue(1)),
  settleFen: whole,
  /** Days a wallet must have existed. */
  accountAgeDays: v.optional(v.pipe(whole, v.maxValue(90)), 0),
});
export type Goods = v.InferOutput<typeof Goods>;

export const Shop = v.strictObject({
  id,
  name: text(24),
  address: text(40),
  hours: text(24),
  /** A sample shop exists on paper only, and every page says so. */
  sample: v.optional(v.boolean(), false),
  /**
   * Points of a month that the campaign bears without looking, for goods that were handed over without a signal for a
   * voucher that could not pay any more.
   */
  lossLimit: v.optional(whole, 1000),
  /** Pieces put in when the shop first appears, by goods; later stock-takes happen at the shop. */
  stock: v.record(id, v.pipe(whole, v.maxValue(100_000))),
});
export type Shop = v.InferOutput<typeof Shop>;

/** What `campaign.yaml` offers for points. */
export const Offer = v.pipe(
  v.strictObject({
    goods: v.pipe(v.array(Goods), v.minLength(1)),
    shops: v.pipe(v.array(Shop), v.minLength(1)),
  }),
  v.check((o) => unique(o.goods) && unique(o.shops), '商品或便利店的编号重复'),
  v.check(
    ({ goods, shops }) =>
      shops.every(({ stock }) => Object.keys(stock).every((g) => goods.some((x) => x.id === g))),
    'stock 里有不认识的商品',
  ),
);
export type Offer = v.InferOutput<typeof Offer>;

const unique = (list: readonly { id: string }[]) =>
  new Set(list.map((x) => x.id)).size === list.length;
