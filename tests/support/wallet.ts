import type { Page } from '@playwright/test';

/** The three numbers of the wallet page. */
export async function amountsOn(
  page: Page,
): Promise<{ available: number; pending: number; held: number }> {
  const [available, pending, held] = (await page.locator('dl dd').allInnerTexts()).map(Number);
  return { available: available ?? NaN, pending: pending ?? NaN, held: held ?? NaN };
}

/** What the resident has earned by what the page shows: booked or on its way, whichever moment it is. */
export async function earnedOn(page: Page): Promise<number> {
  const { available, pending, held } = await amountsOn(page);
  return available + pending + held;
}
