import type { Page } from '@playwright/test';
import axe, { type RunOptions } from 'axe-core';
import { expect, test } from './test.ts';

// What every screen must be in every look: axe, target sizes, type sizes, contrast, and nothing wider than the screen.

declare global {
  interface Window {
    axe: typeof axe;
  }
}

export interface Look {
  name: string;
  colorScheme: 'light' | 'dark';
  look: { elder?: true; size?: number };
  targetPx: number;
  textPx: number;
  contrast: 'AA' | 'AAA';
}
/** In `npm test`: each palette, the smallest and the largest type. */
const QUICK = ['light', '长辈版 in the dark', '长辈版 at its largest'];
const all: Look[] = [
  { name: 'light', colorScheme: 'light', look: {}, targetPx: 44, textPx: 14, contrast: 'AA' },
  { name: 'dark', colorScheme: 'dark', look: {}, targetPx: 44, textPx: 14, contrast: 'AA' },
  {
    name: '长辈版',
    colorScheme: 'light',
    look: { elder: true },
    targetPx: 60,
    textPx: 18,
    contrast: 'AAA',
  },
  {
    name: '长辈版 in the dark',
    colorScheme: 'dark',
    look: { elder: true },
    targetPx: 60,
    textPx: 18,
    contrast: 'AAA',
  },
  {
    name: '长辈版 at its largest',
    colorScheme: 'light',
    look: { elder: true, size: 4 },
    targetPx: 60,
    textPx: 29,
    contrast: 'AAA',
  },
];
export const looks = all.filter(({ name }) => process.env.LONG || QUICK.includes(name));

/** The tests of this block are seen by a small phone in this look. */
export function seenIn({ colorScheme, look }: Look): void {
  test.use({ colorScheme, viewport: { width: 360, height: 780 } });
  test.beforeEach(async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('look', value), JSON.stringify(look));
  });
}

/** The till is the shop's: a resident's 长辈版 is not its look. */
export const tillLooks = all.filter(({ look }) => !('elder' in look));

/** Holds what is on the page now to every look, without opening it anew; leaves it in the first. */
export async function checkInEveryLook(page: Page, name: string, worn = looks): Promise<void> {
  await page.setViewportSize({ width: 360, height: 780 });
  for (const look of worn) {
    await wear(page, look);
    await checkScreen(page, `${name}, ${look.name}`, look);
  }
  if (worn[0]) await wear(page, worn[0]);
}

async function wear(page: Page, { colorScheme, look }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate((wanted: { elder?: boolean; size?: number }) => {
    const { dataset } = document.documentElement;
    delete dataset.elder;
    delete dataset.size;
    if (wanted.elder) dataset.elder = '';
    if (wanted.size) dataset.size = String(wanted.size);
  }, look);
}

export async function checkScreen(
  page: Page,
  name: string,
  { targetPx, textPx, contrast }: Look,
): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    // What fades in has the contrast that it ends with.
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
  });
  const found = await axeViolations(page, contrast);
  expect(found, `${name}: axe`).toEqual([]);
  expect(
    await smallTargets(page, targetPx),
    `${name}: targets under ${targetPx}×${targetPx}`,
  ).toEqual([]);
  expect(await smallTexts(page, textPx), `${name}: text under ${textPx} px`).toEqual([]);
  expect(await tooWide(page), `${name}: wider than the screen`).toEqual([]);
}

/** The violations of axe with the elements that have them. The library is put into each document once. */
async function axeViolations(page: Page, contrast: Look['contrast']): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options: RunOptions = {
    runOnly: {
      type: 'tag',
      values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    },
    resultTypes: ['violations'],
    ...(contrast === 'AAA' && { rules: { 'color-contrast-enhanced': { enabled: true } } }),
  };
  const { violations } = await page.evaluate((asked) => window.axe.run(document, asked), options);
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`,
  );
}

/** What reaches over the right edge; a picture that is cropped on purpose does not. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const all = [...document.querySelectorAll<HTMLElement>('body *:not(svg *)')];
    const wide = all.filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5);
    return [`page ${scrollWidth}`, ...wide.map((e) => `${e.tagName}.${e.className}`)];
  });
}

/** What a thumb is meant to hit; a radio or checkbox is hit through its label, a link in running text is exempt. */
function smallTargets(page: Page, px: number): Promise<string[]> {
  return page.evaluate((least) => {
    const all = [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, summary, textarea',
      ),
    ];
    return all.flatMap((element) => {
      const target = element.closest('label') ?? element;
      const { width, height, bottom } = target.getBoundingClientRect();
      const hidden =
        width === 0 || bottom <= 0 || getComputedStyle(element).visibility === 'hidden';
      if (hidden || element.closest('[inert]') || element.classList.contains('skip')) return [];
      const small = width < least - 0.5 || height < least - 0.5;
      return small
        ? [
            `${element.tagName} “${element.innerText || element.ariaLabel}” ${Math.round(width)}×${Math.round(height)}`,
          ]
        : [];
    });
  }, px);
}

function smallTexts(page: Page, px: number): Promise<string[]> {
  return page.evaluate((least) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set<string>();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (
        !parent ||
        !node.textContent?.trim() ||
        parent.closest('script, style, noscript, svg, .visually-hidden')
      )
        continue;
      if (!parent.getClientRects().length) continue;
      const size = Number.parseFloat(getComputedStyle(parent).fontSize);
      if (size < least) found.add(`${size}px “${node.textContent.trim().slice(0, 20)}”`);
    }
    return [...found];
  }, px);
}
