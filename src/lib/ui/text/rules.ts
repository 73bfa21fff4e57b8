import type { Campaign } from '$lib/domain/points/campaign.ts';
import { longDay } from './dates.ts';

interface Section {
  heading: string;
  lines: string[];
}

export const rulesTitle = '积分规则';

/** The rules in plain words, with the numbers of the campaign itself. */
export function rulesOf({
  awards,
  dailyCap,
  earnFrom,
  earnUntil,
  redeemUntil,
  title,
}: Campaign): Section[] {
  return [
    {
      heading: '怎么得积分',
      lines: [
        `一道题第一次作答就答对，得 ${awards.firstRight} 分；以前答错过、后来答对，得 ${awards.rightAfterWrong} 分。每道题只计一次。`,
        `答完当天的今日五题，不论对错，另得 ${awards.daily} 分，每天一次。`,
        `周一到周日练满 ${awards.week.days} 天，另得 ${awards.week.points} 分，每周一次。`,
        '答错不扣分，也不限时间，慢慢想就好。',
      ],
    },
    {
      heading: '每天的上限',
      lines: [
        `答题得的积分，一天最多 ${dailyCap} 分。今日五题和练满一周的奖励不占这个上限。`,
        '到了上限还可以接着练。那些题没计过分，改天答对照样计。',
        '日子按北京时间算。一轮题算在开始的那一天。',
      ],
    },
    {
      heading: '待同步和可用',
      lines: [
        '没信号也能答题，积分先记在手机里，叫“待同步”，是按规则估算的。',
        '入账后变成“可用”。入账以核对结果为准，可能和估算略有出入，差别会在明细里写明。',
        '目前还没有开通入账和兑换，所以“可用”是 0。作答都存在这台手机里，开通后再同步。',
      ],
    },
    {
      heading: '活动时间',
      lines: [
        `${title}：${longDay(earnFrom)}到${longDay(earnUntil)}可以攒积分，${longDay(redeemUntil)}前可以兑换。`,
        '活动的积分总量有限，发完为止。',
      ],
    },
    {
      heading: '说明',
      lines: [
        '积分是感谢大家来参与，不是考试成绩。',
        '题目和解析帮助大家了解法律，不是法律意见。遇到具体的事，请向律师、人民调解委员会或公共法律服务机构咨询。',
      ],
    },
  ];
}

export const privacyTitle = '隐私说明';

export const privacySections: Section[] = [
  {
    heading: '不用登录',
    lines: ['这里不要姓名、手机号和账号，也不读通讯录、位置和相册。'],
  },
  {
    heading: '手机里存着什么',
    lines: [
      '你的作答（题目、选了什么、什么时间）、按规则估算的积分、没答完的那一轮、字号等设置，还有你写下的错题报告。',
      '为了没信号也能用，手机里还存着题目和页面。',
      '这些都只存在这台手机的浏览器里。微信、浏览器和装到桌面的应用各存各的，互相看不到。',
    ],
  },
  {
    heading: '存多久，怎么删',
    lines: [
      '一直存到你自己删除。在“我的”里点“清除本机数据”，就全部删掉。',
      '清理浏览器的网站数据、卸载浏览器，或者手机空间不足时浏览器自动清理，也会让它们消失。',
      '在“我的”里点“导出我的数据”，可以存一份自己留着。',
    ],
  },
  {
    heading: '服务器会看到什么',
    lines: [
      '和打开任何网页一样，下载页面和题目时，服务器会看到你的网络地址（IP 地址），它属于个人信息，只用来保证服务正常和安全。',
      '这里没有广告，不用别家的统计，也不从别的网站加载任何东西。',
      '目前作答不会上传。以后开通同步时，会先在这里写清楚。',
    ],
  },
  {
    heading: '不是法律意见',
    lines: ['题目和解析只作学习用，不能代替法律意见。'],
  },
];
