/** What the app says of itself when there is time for it. */
export const noticeText = {
  description:
    '在瓜渚湖边边走边答：题目来自柯桥平安建设的报道与法律条文，没信号也能玩，积分能到便利店换东西。',
  noScript: '这一页要用 JavaScript 判分和记积分。请在浏览器设置里打开它，再刷新。',
  updateReady: '有新版本了。',
  update: '更新',
  updateBusy: '另一个页面正在答题，答完那一轮再更新。',
  later: '以后再说',
  offline: '现在没有信号，照样可以答题。',
  installTitle: '放到手机桌面',
  installWhy: '下次点一下就开，没信号也能玩。',
  install: '添加到桌面',
  installIos: '点浏览器的分享按钮，再选“添加到主屏幕”。',
  noThanks: '不用了',
  openInBrowser: '在浏览器打开',
  openInBrowserWhy:
    '这里存不牢作答记录。点右上角“···”，选“在浏览器打开”，没信号也能玩，积分也记得住。',
  gotIt: '知道了',
  noSignal: '没有信号',
  notOnPhone: '这一页还没存到手机里',
  notOnPhoneTodo: '有信号时打开过的页面，没信号也能看。先去答几道题吧。',
  notFound: '没有这一页',
  notFoundWhy: '网址可能打错了，或者这一页已经搬走。',
  broken: '这一页出了点问题',
  brokenWhy: '已经作答的题都还在。请回首页再试一次。',
} as const;
