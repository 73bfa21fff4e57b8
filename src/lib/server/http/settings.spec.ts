import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';
import { StartRefused } from './start-refused.ts';

describe('settings', () => {
  it('need nothing to be set', () => {
    expect(readSettings({})).toEqual({
      host: '0.0.0.0',
      port: 3000,
      origin: 'http://localhost:3000',
      originGiven: false,
      dataDirectory: resolve('data'),
      buildDirectory: resolve('build'),
    });
  });

  it('derive the origin from the port', () => {
    expect(readSettings({ PORT: '8080' }).origin).toBe('http://localhost:8080');
    expect(readSettings({ PORT: '80' }).origin).toBe('http://localhost');
  });

  it('take an origin without its path', () => {
    expect(readSettings({ ORIGIN: 'https://park.example/quiz/' }).origin).toBe(
      'https://park.example',
    );
  });

  it('treat an empty one as absent', () => {
    expect(readSettings({ PORT: '', ORIGIN: '', HOST: '' }).port).toBe(3000);
  });

  it.each(['0', '65536', '30.5', 'http', '-1'])('refuse PORT=%s by name', (PORT) => {
    expect(() => readSettings({ PORT })).toThrow(StartRefused);
    expect(() => readSettings({ PORT })).toThrow(/PORT/);
  });

  it.each(['park.example', 'ftp://park.example', 'https://'])(
    'refuse ORIGIN=%s by name',
    (ORIGIN) => {
      expect(() => readSettings({ ORIGIN })).toThrow(/ORIGIN/);
    },
  );
});
