import { describe, expect, it } from 'vitest';
import { cacheControl, isTill, securityHeaders } from './headers.ts';

describe('security headers', () => {
  const plain = new Map(securityHeaders('http://localhost:3000'));

  it('stand on every response', () => {
    expect(plain.get('x-content-type-options')).toBe('nosniff');
    expect(plain.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    expect(plain.get('x-frame-options')).toBe('DENY');
    expect(plain.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(plain.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(plain.get('origin-agent-cluster')).toBe('?1');
  });

  it('refuse what a page has no use for, but let a screen stay on', () => {
    const policy = plain.get('permissions-policy')?.split(', ');
    expect(policy).toEqual(
      expect.arrayContaining([
        'camera=()',
        'microphone=()',
        'geolocation=()',
        'payment=()',
        'usb=()',
      ]),
    );
    expect(policy).toContain('screen-wake-lock=(self)');
  });

  it('allow the camera at the till, and nothing else more', () => {
    const atTill = new Map(securityHeaders('http://localhost:3000', { camera: true }));
    const policy = atTill.get('permissions-policy')?.split(', ') ?? [];
    const elsewhere = plain.get('permissions-policy')?.split(', ');
    expect(policy.filter((feature) => !elsewhere?.includes(feature))).toEqual(['camera=(self)']);
    expect(policy.filter((feature) => feature.startsWith('camera'))).toHaveLength(1);
    expect([...atTill.keys()]).toEqual([...plain.keys()]);
  });

  it.each([
    ['/shop', true],
    ['/shop/today', true],
    ['/shops', false],
    ['/api/shop/look', false],
    ['/s/shop', false],
    ['/', false],
  ])('%s is a clerk’s page: %s', (path, till) => {
    expect(isTill(path)).toBe(till);
  });

  it('ask for https only where the app is reached by https', () => {
    expect(plain.has('strict-transport-security')).toBe(false);
    expect(new Map(securityHeaders('https://park.example')).get('strict-transport-security')).toBe(
      'max-age=31536000',
    );
  });
});

describe('caching', () => {
  const forGood = 'public, max-age=31536000, immutable';
  const aDay = 'public, max-age=86400';

  it.each([
    ['/_app/immutable/chunks/a.B1.js', 200, forGood],
    ['/_app/immutable/chunks/a.B1.js', 304, forGood],
    ['/_app/immutable/chunks/gone.js', 404, 'no-store'],
    ['/packs/0123456789abcdef.json', 200, forGood],
    ['/packs/0123456789abcdef.json', 404, 'no-store'],
    ['/packs/0123456789abcdef.json', 500, 'no-store'],
    ['/api/sync', 200, 'no-store'],
    ['/api', 404, 'no-store'],
    ['/icons/icon-192.png', 200, aDay],
    ['/manifest.webmanifest', 200, aDay],
    ['/icons/none.png', 404, undefined],
    ['/', 200, undefined],
    ['/apiary', 200, undefined],
    ['/service-worker.js', 200, undefined],
    ['/_app/version.json', 200, undefined],
  ])('of %s with %i is %s', (path, status, expected) => {
    expect(cacheControl(path, status)).toBe(expected);
  });
});
