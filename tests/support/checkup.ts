import type { Page } from '@playwright/test';
import { booksOf, type Answered } from '../../src/lib/domain/checkup/book.ts';
import { reportOf, type Report, type Score } from '../../src/lib/domain/checkup/report.ts';
import { expect } from './test.ts';
import { answerOn, builtPack, goOn, playToEnd, questionOn } from './play.ts';

const books = booksOf(builtPack());
const LEVELS = { firm: '稳', fair: '还行', weak: '要补' };

/** Answers so many questions of a check-up from the one on the screen. @returns what was answered */
export async function answerSome(
  page: Page,
  count: number,
  isRight: (n: number) => boolean,
): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await answerOn(page, isRight(n));
    answers.push({ questionId: id, right: isRight(n) });
    await goOn(page);
  }
  return answers;
}

/** A whole check-up, from its first question to the result. */
export async function takeCheckup(page: Page, isRight: (n: number) => boolean) {
  await page.goto('/quiz/checkup');
  await questionOn(page);
  const played = await playToEnd(page, (_, n) => isRight(n));
  return played.map(({ id }, n): Answered => ({ questionId: id, right: isRight(n) }));
}

/** What the domain makes of these answers. */
export const reportFor = (answers: readonly Answered[]): Report => reportOf(books, answers);

/** A report as its table has it. */
export function tableOf(report: Report): string[][] {
  const row = (name: string, { right, asked, points, level }: Score) => [
    ...[name, `${right}/${asked}`, String(points), level ? LEVELS[level] : '没问到'],
  ];
  return [...report.books.map((book) => row(book.title, book)), row('合计', report)];
}

/** The table on the screen, row by row. */
export async function tableOn(page: Page): Promise<string[][]> {
  const table = page.getByRole('table', { name: '七编各得几分' });
  await expect(table.getByRole('columnheader')).toHaveText(['编', '答对', '体检分', '水平']);
  const rows = await table.locator('tbody tr, tfoot tr').all();
  return Promise.all(
    rows.map(async (row) => (await row.locator('th, td').allTextContents()).map((s) => s.trim())),
  );
}

/** The drawn slips: the book, the number beside it, and how far the slip is filled, in per cent. */
export function slipsOn(page: Page): Promise<[string, string, number][]> {
  return page.locator('[aria-hidden=true] > [data-level]').evaluateAll((slips) =>
    slips.map((slip): [string, string, number] => {
      const [name, points] = [...slip.querySelectorAll('span')].map((s) => s.textContent);
      const [whole, grown] = [...slip.querySelectorAll('rect')].map(
        (rect) => rect.getBoundingClientRect().width,
      );
      return [name ?? '', points ?? '', Math.round((100 * (grown ?? 0)) / (whole ?? 1))];
    }),
  );
}
