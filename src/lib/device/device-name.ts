/** By what an owner will know a device in the list of them; sent to the server, so it is data and no page's text. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger/, '微信'],
  [/iPhone/, '苹果手机'],
  [/iPad/, '苹果平板'],
  [/HarmonyOS|OpenHarmony/, '鸿蒙手机'],
  [/Android.*Mobile/, '安卓手机'],
  [/Android/, '安卓平板'],
  [/Windows|Macintosh|Linux/, '电脑'],
];

export function deviceNameOf(userAgent: string): string {
  return NAMES.find(([pattern]) => pattern.test(userAgent))?.[1] ?? '手机';
}
