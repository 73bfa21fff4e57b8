import { answerSome, reportFor, tableOf, tableOn } from '../support/checkup.ts';
import { contradictionsIn, keptOn } from '../support/kept.ts';
import { expect, test } from '../support/phone.ts';
import { answerOn, goOn, handIn, playToEnd, questionOn } from '../support/play.ts';
import { readyOffline } from '../support/test.ts';

test('a check-up goes on where it was when the browser was killed', async ({ phone }) => {
  test.setTimeout(120_000);
  const page = await phone.open('/quiz/checkup');
  await readyOffline(page);
  const answers = await answerSome(page, 4, (n) => n % 2 > 0);
  const fifth = await answerOn(page, true);
  answers.push({ questionId: fifth.id, right: true });
  await expect(page.getByText('答对 +2')).toBeVisible();

  await phone.kill();

  const again = await phone.open('/quiz/checkup');
  await expect(again.getByRole('status').first()).toHaveText(/^答对了/);
  expect((await questionOn(again)).id).toBe(fifth.id);
  await goOn(again);
  const sixth = await questionOn(again);
  await answerOn(again, false);
  answers.push({ questionId: sixth.id, right: false });
  await goOn(again);
  const rest = await playToEnd(again, () => true);
  answers.push(...rest.map(({ id }) => ({ questionId: id, right: true })));

  const report = reportFor(answers);
  expect(report.asked).toBe(20);
  expect(await tableOn(again)).toEqual(tableOf(report));
  const kept = await keptOn(again);
  expect(contradictionsIn(kept)).toEqual([]);
  expect(kept.attempts.map(({ questionId }) => questionId).sort()).toEqual(
    answers.map(({ questionId }) => questionId).sort(),
  );
});

test('two tabs go on with one check-up, and it still has its twenty questions', async ({
  phone,
}) => {
  test.setTimeout(120_000);
  const first = await phone.open('/quiz/checkup');
  const second = await first.context().newPage();
  await second.goto('/quiz/checkup');
  await expect(second.locator('main[data-filled]')).toBeAttached();
  await first.bringToFront();
  const answers = await answerSome(first, 3, () => true);
  const fourth = await answerOn(first, false);
  answers.push({ questionId: fourth.id, right: false });
  await expect.poll(async () => (await keptOn(first)).attempts.length).toBe(4);

  // The other tab still shows a first question of its own: its answer finds the round further on.
  await second.bringToFront();
  await handIn(second, true);
  await expect(second.getByText('这一轮已在另一个页面往前答了')).toBeVisible();
  expect((await questionOn(second)).id).toBe(fourth.id);
  await goOn(second);
  const rest = await playToEnd(second, () => true);
  answers.push(...rest.map(({ id }) => ({ questionId: id, right: true })));
  const report = reportFor(answers);
  expect(report.asked).toBe(20);
  expect(await tableOn(second)).toEqual(tableOf(report));
  expect(contradictionsIn(await keptOn(second))).toEqual([]);
});
