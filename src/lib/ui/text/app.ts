/** Words of the frame around every page; they come with the first script. */
export const appText = {
  name: '民法典公园',
  title: (page: string) => (page === '民法典公园' ? '民法典公园 · 答题' : `${page} · 民法典公园`),
  home: '首页',
  topics: '主题',
  skip: '跳到正文',
  elder: '长辈版',
  readAloud: '朗读',
  stopReading: '停止朗读',
  loading: '正在取题……',
  backHome: '回首页',
} as const;
