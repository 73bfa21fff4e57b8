/** 报告错题 */
export const reportText = {
  open: '报告错题',
  what: '这道题哪里不对？',
  reasons: {
    answer: '答案不对',
    wording: '题目看不懂',
    outdated: '内容过时了',
    display: '显示有问题',
    other: '其他',
  },
  note: '还想说的（可不填，请不要写个人信息）',
  send: '存下报告',
  cancel: '取消',
  thanks: '谢谢，报告已存在手机里，同步后会交给运营人员核对。',
} as const;
