import type { BookReport, Report, Scale } from '$lib/domain/checkup/report.ts';
import { COLOURS, MARGIN, SANS, SERIF, sheet, write, writeLines } from '../picture.ts';
import { appText } from '../text/app.ts';
import { checkupText as text } from '../text/checkup.ts';

// A report as a picture, for the album or to be shown around. It says what was known and nothing of who knew it.

const WIDTH = 1080;
const HEIGHT = 1520;
const INNER = WIDTH - 2 * MARGIN;
const SLIP = { x: MARGIN + 210, width: 600, height: 44, leading: 76 };

/** @param day 2026年11月24日 @returns undefined where the browser has no canvas */
export function checkupPicture(
  report: Report,
  day: string,
  scale: Scale,
): HTMLCanvasElement | undefined {
  const drawn = sheet(WIDTH, HEIGHT, text.title);
  if (!drawn) return undefined;
  const { canvas, on } = drawn;
  on.textAlign = 'right';
  write(on, day, { x: WIDTH - MARGIN, y: 164, font: `38px ${SANS}`, colour: COLOURS.soft });
  drawScore(on, report);
  let y = 600;
  for (const book of report.books) {
    drawSlip(on, book, y, scale);
    y += SLIP.leading;
  }
  y -= 14;
  write(on, text.joints, { x: SLIP.x, y, font: `30px ${SANS}`, colour: COLOURS.soft });
  y += 90;
  for (const [label, books, none, colour] of [
    [text.firm, report.firm, text.noFirm, COLOURS.green],
    [text.weak, report.weak, text.noWeak, COLOURS.seal],
  ] as const) {
    write(on, label, { x: MARGIN, y, font: `40px ${SANS}`, colour: COLOURS.soft });
    const named = books.map(({ title }) => title).join('、') || none;
    const at = { x: MARGIN + 160, y, width: INNER - 160, leading: 56, colour };
    y = writeLines(on, named, { ...at, font: `700 40px ${SANS}` }) + 8;
  }
  on.textAlign = 'center';
  write(on, text.only, { x: WIDTH / 2, y: HEIGHT - 148, font: `700 40px ${SANS}` });
  const name = { x: WIDTH / 2, y: HEIGHT - 84, font: `38px ${SERIF}`, colour: COLOURS.green };
  write(on, appText.name, name);
  return canvas;
}

function drawScore(on: CanvasRenderingContext2D, report: Report): void {
  on.textAlign = 'left';
  write(on, text.score, { x: MARGIN, y: 330, font: `48px ${SANS}` });
  const points = { x: MARGIN + 180, y: 344, font: `700 132px ${SERIF}`, colour: COLOURS.seal };
  write(on, String(report.points), points);
  on.textAlign = 'right';
  const right = text.right(report.right, report.asked);
  write(on, right, { x: WIDTH - MARGIN, y: 330, font: `44px ${SANS}` });
  on.textAlign = 'left';
  if (!report.level) return;
  const place = { x: MARGIN, y: 446, width: INNER, leading: 62 };
  writeLines(on, text.overall(report.level, report.weak.length), {
    ...place,
    font: `700 44px ${SERIF}`,
  });
}

function drawSlip(
  on: CanvasRenderingContext2D,
  book: BookReport,
  y: number,
  { fair, firm }: Scale,
): void {
  const top = y - SLIP.height + 8;
  const { x, width, height } = SLIP;
  on.textAlign = 'left';
  write(on, book.title, { x: MARGIN, y, font: `40px ${SANS}` });
  on.fillStyle = COLOURS.wash;
  on.fillRect(x, top, width, height);
  on.fillStyle = book.level === 'weak' ? COLOURS.seal : COLOURS.green;
  if (book.most > 0) on.fillRect(x, top, (width * book.points) / book.most, height);
  on.fillStyle = COLOURS.line;
  for (const joint of [fair, firm]) on.fillRect(x + width * joint - 2, top, 4, height);
  on.textAlign = 'right';
  write(on, String(book.points), { x: WIDTH - MARGIN, y, font: `700 44px ${SANS}` });
  on.textAlign = 'left';
}
