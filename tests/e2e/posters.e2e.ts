import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { addressesIn, posters, printPosters, qrCodesIn } from '../support/posters.ts';
import { builtPack } from '../support/play.ts';
import { expect, test } from '../support/test.ts';

// The boards along the trail, as they come out of the printer.

const stations = builtPack().stations ?? [];
const PX_PER_MM = 96 / 25.4;

test('every sheet has its story in letters for one metre, and a QR that reads as the address beside it', async ({
  browser,
  server,
}) => {
  test.setTimeout(120_000);
  const file = printPosters(server, 'P2');
  const context = await browser.newContext({
    viewport: { width: 900, height: 1200 },
    deviceScaleFactor: 1,
    isMobile: false,
  });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`file://${file}`);
  expect(asked, 'one file that needs nothing else').toHaveLength(1);
  const sheets = page.locator('.sheet');
  await expect(sheets).toHaveCount(stations.length);

  for (const [n, { id, name, story, questions }] of stations.entries()) {
    const sheet = sheets.nth(n);
    await expect(sheet.getByRole('heading', { name })).toBeVisible();
    await expect(sheet.getByText(story)).toBeVisible();
    await expect(sheet).toContainText(`${questions.length} 道小题`);
    await expect(sheet).toContainText('《民法典》第');
    await expect(sheet).toContainText('样例');
    const address = (await sheet.getAttribute('data-address')) ?? '';
    expect(address).toMatch(new RegExp(`^${server.url}/s/${id}#P2(-[2-9A-HJKMNP-Z]{4}){3}$`));
    expect(await qrCodesIn(await sheet.screenshot()), name).toEqual([address]);
    await expect(sheet).toContainText(address.replace(/^https?:\/\//, ''));
    const box = await sheet.evaluate((element) => {
      const px = Number.parseFloat(getComputedStyle(element.querySelector('.story')!).fontSize);
      const { height } = element.getBoundingClientRect();
      return { px, height, needed: element.scrollHeight };
    });
    expect(box.px / PX_PER_MM, `${name}: height of a letter in mm`).toBeGreaterThan(7.5);
    expect(box.needed, `${name}: nothing is cut off`).toBeLessThanOrEqual(Math.ceil(box.height));
    expect(box.height / PX_PER_MM).toBeCloseTo(297, 0);
  }
  const again = printPosters(server, 'p2');
  expect(addressesIn(again)).toEqual(addressesIn(file));
  for (const printed of [file, again]) rmSync(dirname(printed), { recursive: true });
  await context.close();
});

test('a print run is listed and retired', ({ server }) => {
  const file = printPosters(server, 'Q2');
  rmSync(dirname(file), { recursive: true });
  expect(posters(server, '--list')).toMatch(/^Q2 {2}made \d{4}-\d{2}-\d{2} {2}good$/m);
  expect(posters(server, '--retire', 'q2', '2026-01-05')).toContain('good from 2026-01-05 on');
  expect(posters(server, '--list')).toMatch(/^Q2 .* retired from 2026-01-05 on$/m);
  expect(() => posters(server, 'Q2', '--origin', server.url)).toThrow('Take another name');
});
