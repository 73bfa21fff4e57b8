import type { Campaign } from '$lib/domain/points/campaign.ts';
import { longDay } from './dates.ts';

export interface Section {
  heading: string;
  lines: string[];
}

export const rulesTitle = '积分规则';

/** What the rules of vouchers say in numbers. */
interface Terms {
  voucherDays: number;
  undoMinutes: number;
}

/** The rules in plain words, with the numbers of the campaign itself. */
export function rulesOf(campaign: Campaign, terms: Terms): Section[] {
  return [
    earning(campaign),
    capped(campaign),
    booked(campaign),
    vouchers(terms),
    lasting(campaign),
    manyPhones,
    notes,
  ];
}

const earning = ({ awards }: Campaign): Section => ({
  heading: '怎么得积分',
  lines: [
    `一道题第一次作答就答对，得 ${awards.firstRight} 分；以前答错过、后来答对，得 ${awards.rightAfterWrong} 分。每道题只计一次。`,
    `答完当天的今日五题，不论对错，另得 ${awards.daily} 分，每天一次。`,
    `游园到站，扫宣传牌上的二维码，答完这一站的题，不论对错，另得 ${awards.station} 分，每一站一次；换了一批新牌，可以再得一次。`,
    `周一到周日练满 ${awards.week.days} 天，另得 ${awards.week.points} 分，每周一次。`,
    '答错不扣分，也不限时间，慢慢想就好。',
  ],
});

const capped = ({ dailyCap }: Campaign): Section => ({
  heading: '每天的上限',
  lines: [
    `答题得的积分，一天最多 ${dailyCap} 分。今日五题、站点和练满一周的奖励不占这个上限。`,
    '到了上限还可以接着练。那些题没计过分，改天答对照样计。',
    '日子按北京时间算。一轮题算在开始的那一天。',
  ],
});

const booked = ({ firstSyncDays }: Campaign): Section => ({
  heading: '待同步和可用',
  lines: [
    '没信号也能答题，积分先记在手机里，叫“待同步”，是手机估算的。有信号时作答会自动交给服务器，服务器重新判分、入账，积分就变成“可用”。',
    '入账的数以服务器为准，有时和手机估算的不一样：这道题在别的设备上已经得过分，当天的分到了上限，活动还没开始、已经结束或者积分已经发完。差了多少、为什么，积分明细里都写着。',
    '宣传牌上的牌码只有服务器能核对，手机不估算站点奖励，核对无误再入账。牌码不对、这一批宣传牌已停用，积分明细里也会写明。牌停用前扫的，停用后才同步，照样算。',
    `日期也会改：手机时间不准的，按服务器的时间改正；第一次同步最多往前认 ${firstSyncDays} 天，更早的都算在那一天。改了日期，就按那一天的上限算。`,
  ],
});

const vouchers = ({ voucherDays, undoMinutes }: Terms): Section => ({
  heading: '兑换商品',
  lines: [
    '用“可用”的积分，在钱包里选便利店、选商品，要联网。换到的是一张兑换券，到店出示，没信号也打得开。',
    '兑换时，积分先“冻结”在券上，那家店也给你留好一件。领走商品，积分才真正用掉。',
    `一张券只能在选定的那一家店领，${voucherDays} 天内有效，最迟到兑换截止那天。`,
    '没领之前可以在钱包里取消。取消了、过期了，或者店里缺货，积分都退回“可用”。',
    `商品领走以后，积分不退。店员点错了，${undoMinutes} 分钟内可以撤销，券会恢复。`,
    '有的商品要钱包开通满几天才能兑换，开通的日子从第一次同步算起。兑完了，就要等店里补货。',
  ],
});

const lasting = ({ title, earnFrom, earnUntil, redeemUntil }: Campaign): Section => ({
  heading: '活动时间',
  lines: [
    `${title}：${longDay(earnFrom)}到${longDay(earnUntil)}可以攒积分，兑换到${longDay(redeemUntil)}为止，首尾两天都算。`,
    '算的是答题那天，不是同步那天。',
    '活动的积分总量有限，发完为止。',
  ],
});

const manyPhones: Section = {
  heading: '几台手机、换手机',
  lines: [
    '在“我的”里生成恢复码，换手机、多一台设备时输入它，就用同一个钱包。上限和“每道题只计一次”按钱包算，不按手机算。',
    '原来各有积分的，合到一个钱包里会重新算一遍，可能比两边相加少。兑换过商品的钱包不能并到别的钱包。',
    '没有恢复码，手机丢了，积分就找不回来。',
  ],
};

const notes: Section = {
  heading: '说明',
  lines: [
    '积分是感谢大家来参与，不是考试成绩。',
    '题目出了错，或者法律改了，就会撤下或更正。答过的人会在首页看到“更正”，已经得到的积分不收回。',
    '题目和解析帮助大家了解法律，不是法律意见。遇到具体的事，请向律师、人民调解委员会或公共法律服务机构咨询。',
  ],
};
