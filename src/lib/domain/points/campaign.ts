import * as v from 'valibot';
import { day } from '../bank/question.ts';
import { addDays } from './day.ts';

const points = v.pipe(
  v.number('积分须为数字'),
  v.integer('积分须为整数'),
  v.minValue(0, '积分不能为负'),
);

/** `questions/campaign.yaml`: what is awarded, how much at most, and until when. All amounts are whole points. */
export const Campaign = v.pipe(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)),
    title: v.pipe(v.string(), v.minLength(2)),
    earnFrom: day,
    earnUntil: day,
    redeemUntil: day,
    /** Points that all wallets together can be given. */
    budget: points,
    /** How far back a phone's first sync is believed; later ones reach back to the one before. */
    firstSyncDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)),
    /** Question awards of one wallet on one day. */
    dailyCap: points,
    awards: v.strictObject({
      firstRight: points,
      rightAfterWrong: points,
      daily: points,
      station: points,
      week: v.strictObject({
        points,
        days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)),
      }),
    }),
  }),
  v.check((c) => c.earnFrom <= c.earnUntil, 'earnUntil 早于 earnFrom'),
  v.check(
    (c) => addDays(c.earnUntil, 30) <= c.redeemUntil,
    'redeemUntil 须比 earnUntil 晚至少30天',
  ),
);
export type Campaign = v.InferOutput<typeof Campaign>;
