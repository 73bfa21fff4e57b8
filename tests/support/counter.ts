import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cameraShowing, writeFilm } from './camera.ts';
import { Phone } from './phone.ts';
import { earn, exchange, shopCommand, voucherOn } from './redeem.ts';
import type { TestServer } from './server.ts';

/** A shop's phone on the counter: its browser can be killed, and its camera sees what is held before it. */
export class Counter {
  readonly #folder = mkdtempSync(join(tmpdir(), 'counter-'));
  readonly #film = join(this.#folder, 'counter.y4m');
  readonly phone: Phone;

  /** @param site where the app is, as this phone comes to it */
  constructor(site: { url: string }) {
    this.phone = new Phone(site.url, cameraShowing(this.#film));
    this.show();
  }

  /** From the next time the scanner starts. @param text nothing but the desk where it is left out */
  show(text?: string): void {
    writeFilm(this.#film, text);
  }

  async remove(): Promise<void> {
    await this.phone.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Exchanges points on a resident's phone. @returns the vouchers' tokens, in their order */
export async function exchangeSome(page: Page, server: TestServer, count: number) {
  await earn(page, server, count * 100);
  const tokens: string[] = [];
  for (let n = 0; n < count; n++) {
    await page.goto('/wallet');
    await exchange(page);
    tokens.push((await voucherOn(page)).token);
  }
  return tokens;
}

/** @returns the PIN that the operator is shown once */
export function addClerk(server: TestServer, name: string): string {
  const said = shopCommand(server, 'clerk', 'add', 'lake-east', name);
  const pin = /\b\d{6}\b/.exec(said)?.[0];
  if (!pin) throw new Error(`no PIN in: ${said}`);
  return pin;
}

/** By the keys on the screen, as a clerk does. */
export async function typePin(page: Page, pin: string): Promise<void> {
  const keys = page.getByRole('group', { name: '数字键盘' });
  for (const digit of pin) await keys.getByRole('button', { name: digit, exact: true }).click();
  await keys.getByRole('button', { name: '确定' }).click();
}

/** What the terminal keeps of its deny-list is made older. */
export async function ageList(page: Page, hours: number): Promise<void> {
  await page.evaluate(
    (ms) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('civil-code-park-shop');
        opening.onsuccess = () => {
          const tx = opening.result.transaction('settings', 'readwrite');
          const asked = tx.objectStore('settings').get('list');
          asked.onsuccess = () => {
            const list = asked.result as { asOfMs: number };
            tx.objectStore('settings').put({ ...list, asOfMs: list.asOfMs - ms }, 'list');
          };
          tx.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          tx.onerror = () => reject(new Error(String(tx.error)));
        };
      }),
    hours * 3_600_000,
  );
}
