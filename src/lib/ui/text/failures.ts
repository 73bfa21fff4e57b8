import type { FailureCode } from '$lib/domain/failure.ts';

/** What a resident is told, and what to do about it. */
export const failureText: Record<FailureCode, { says: string; todo: string }> = {
  'storage-denied': {
    says: '这个浏览器不让网页存东西，作答只留到关闭页面为止。',
    todo: '请关掉无痕模式，或换手机自带的浏览器打开。',
  },
  'storage-full': {
    says: '手机存储空间满了，这一题还没有存下。',
    todo: '请删掉一些不用的照片或应用，再点“再存一次”。',
  },
  'storage-blocked': {
    says: '另一个旧页面还开着，这里暂时打不开作答记录。',
    todo: '请关掉其他打开着民法典公园的页面。',
  },
  'storage-outdated': {
    says: '民法典公园已在另一个页面更新，这里存不了新的作答。',
    todo: '请刷新这一页，已存的作答都在。',
  },
  'storage-cleared': {
    says: '浏览器刚刚清空了本站的数据，之前没有同步的作答已经不在了。',
    todo: '现在起的作答会重新存下。请不要清理本站的数据。',
  },
  'storage-removed': {
    says: '本机数据已在另一个页面清除。',
    todo: '刷新这一页，就可以重新开始。',
  },
  'storage-failed': {
    says: '手机没能存下这一题。',
    todo: '请点“再存一次”；还不行就刷新这一页。',
  },
  'pack-missing': {
    says: '题目还没下载完，现在又没有信号。',
    todo: '走到有信号的地方，点“再试一次”。已经作答的题都在。',
  },
  'pack-unreadable': {
    says: '下载的题目不完整。',
    todo: '请点“再试一次”。',
  },
  offline: {
    says: '现在没有信号，没连上服务器。',
    todo: '走到有信号的地方再试一次。作答都在手机里。',
  },
};
