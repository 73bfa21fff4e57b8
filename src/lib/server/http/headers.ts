const DAY_S = 86_400;

/** What a page has no use for; the clerk's scanner has one for the camera. */
const REFUSED_FEATURES = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/** Whether a clerk's page is asked for: the only ones with a camera and the scanner's WebAssembly. */
export const isTill = (path: string) => /^\/shop(\/|$)/.test(path);

/**
 * The headers that every response carries, beside its Content-Security-Policy.
 * @param origin where the app is reached; https brings Strict-Transport-Security
 */
export function securityHeaders(
  origin: string,
  { camera = false } = {},
): [name: string, value: string][] {
  const refused = REFUSED_FEATURES.filter((name) => !(camera && name === 'camera'));
  const own = ['screen-wake-lock', ...(camera ? ['camera'] : [])];
  const features = [...refused.map((name) => `${name}=()`), ...own.map((name) => `${name}=(self)`)];
  return [
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'strict-origin-when-cross-origin'],
    ['permissions-policy', features.join(', ')],
    ['x-frame-options', 'DENY'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['origin-agent-cluster', '?1'],
    ...(origin.startsWith('https:')
      ? [['strict-transport-security', `max-age=${365 * DAY_S}`] satisfies [string, string]]
      : []),
  ];
}

/**
 * How long a response may be kept, where its path alone decides; undefined where the app may say, or else `no-cache`.
 * Names with a hash in them never change, but a 404 for one may be over in a moment (two builds side by side).
 * @param path decoded, without the query
 */
export function cacheControl(path: string, status: number): string | undefined {
  const found = status === 200 || status === 304;
  if (/^\/(_app\/immutable|packs)\//.test(path)) {
    return found ? `public, max-age=${365 * DAY_S}, immutable` : 'no-store';
  }
  if (/^\/api(\/|$)/.test(path)) return 'no-store';
  if (found && /^\/(icons\/.+|icon\.svg|favicon\.\w+|(manifest|shop)\.webmanifest)$/.test(path)) {
    return `public, max-age=${DAY_S}`;
  }
  return undefined;
}
