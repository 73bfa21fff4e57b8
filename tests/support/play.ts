import { readFileSync, readdirSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { questionsOf, readPack, type Question } from '../../src/lib/domain/bank/pack.ts';
import { keptOn } from './kept.ts';

/** The pack of the build under test, so that a test knows the right answers. */
export function builtPack(buildDir = 'build') {
  const name = readdirSync(`${buildDir}/client/packs`).find((file) => file.endsWith('.json'));
  if (!name) throw new Error('the build has no pack');
  return readPack(readFileSync(`${buildDir}/client/packs/${name}`, 'utf8'));
}

const byStem = new Map([...questionsOf(builtPack()).values()].map((q) => [q.stem, q]));

/** The question on the screen. */
export async function questionOn(page: Page): Promise<Question> {
  // The printed question of a page with a saved round is there, but not shown.
  await expect(page.locator('form legend')).toBeVisible();
  const stem = (await page.locator('form legend').innerText()).trim();
  const question = byStem.get(stem);
  if (!question) throw new Error(`the bank has no question “${stem}”`);
  return question;
}

/** Answers as `handIn` does and waits for the verdict. */
export async function answerOn(page: Page, right: boolean): Promise<Question> {
  const question = await handIn(page, right);
  await expect(page.getByRole('status').first()).toHaveText(right ? /^答对了/ : /^答错了/);
  return question;
}

/** As `answerOn`, until the answer is stored: a page that is left before that takes it along. */
export async function answerKept(page: Page, right: boolean): Promise<Question> {
  const before = (await keptOn(page)).attempts.length;
  const question = await answerOn(page, right);
  await expect.poll(async () => (await keptOn(page)).attempts.length).toBe(before + 1);
  return question;
}

/** Fills in the answer on the screen as a resident would, right or wrong, and presses 提交. */
export async function handIn(page: Page, right: boolean): Promise<Question> {
  const question = await questionOn(page);
  const group = page.getByRole('group', { name: question.stem });
  switch (question.type) {
    case 'single': {
      const index = right ? question.answer : (question.answer + 1) % question.options.length;
      await group
        .getByRole('radio', { name: question.options[index] ?? '', exact: true })
        .check({ force: true });
      break;
    }
    case 'judge':
      await group
        .getByRole('radio', { name: question.answer === right ? '对' : '错', exact: true })
        .check({ force: true });
      break;
    case 'multiple': {
      const chosen = right ? question.answer : question.answer.slice(1);
      for (const index of chosen) {
        await group
          .getByRole('checkbox', { name: question.options[index] ?? '', exact: true })
          .check({ force: true });
      }
      break;
    }
    case 'number':
      await group.getByRole('textbox').fill(String(question.answer.value + (right ? 0 : 1000)));
      break;
    case 'order':
      await putInOrder(page, right ? question.options : [...question.options].reverse());
      break;
    case 'match':
      for (const [i, [left]] of question.pairs.entries()) {
        const pair = question.pairs[right ? i : (i + 1) % question.pairs.length];
        await group.getByRole('combobox', { name: left }).selectOption({ label: pair?.[1] ?? '' });
      }
      break;
  }
  await page.getByRole('button', { name: '提交', exact: true }).click();
  return question;
}

/** Only by pressing 上移, as a thumb would. */
async function putInOrder(page: Page, wanted: readonly string[]): Promise<void> {
  const list = page.locator('form ol > li .label');
  for (const [place, option] of wanted.entries()) {
    for (;;) {
      const shown = await list.allInnerTexts();
      if (shown.indexOf(option) <= place) break;
      await page.getByRole('button', { name: `上移：${option}`, exact: true }).click();
    }
  }
}

/** On to the next question or to the result. */
export async function goOn(page: Page): Promise<void> {
  const stem = await page.locator('form legend').innerText();
  await page.getByRole('button', { name: /^(下一题|看成绩)$/ }).click();
  await expect(page.locator('form legend').filter({ hasText: stem })).toHaveCount(0);
}

/** Plays from the question on the screen to the result. @returns the questions in their order */
export async function playToEnd(
  page: Page,
  isRight: (question: Question, n: number) => boolean,
): Promise<Question[]> {
  const played: Question[] = [];
  while ((await page.getByRole('heading', { name: '本轮成绩' }).count()) === 0) {
    const question = await questionOn(page);
    await answerOn(page, isRight(question, played.length));
    played.push(question);
    await goOn(page);
  }
  return played;
}
