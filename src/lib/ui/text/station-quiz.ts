/** What the first answer at a station cannot wait for; all else is in park.ts. */
export const stationQuizText = {
  park: '游园',
  none: '这一站暂时没有题',
  noneWhy: '去别的站点走走吧。',
  toMap: '回游线地图',
} as const;
