import { encode } from 'uqr';
import { COLOURS, MARGIN, SANS, sheet, write, writeLines } from '../picture.ts';
import { recoveryText as text } from '../text/me.ts';

// The card with the recovery code as a picture: for the album, to be read by eye or by camera.

const WIDTH = 1080;
const HEIGHT = 1500;
const MONO = "ui-monospace, 'Roboto Mono', Menlo, monospace";

/** @returns a PNG as a data URL; undefined where the browser has no canvas */
export function recoveryPicture(code: string, host: string, madeOn: string): string | undefined {
  const drawn = sheet(WIDTH, HEIGHT, text.card);
  if (!drawn) return undefined;
  const { canvas, on } = drawn;
  const groups = code.match(/.{1,4}/g) ?? [];
  on.textAlign = 'center';
  const big = `700 78px ${MONO}`;
  const gap = '  ';
  write(on, groups.slice(0, 3).join(gap), { x: WIDTH / 2, y: 320, font: big });
  write(on, groups.slice(3).join(gap), { x: WIDTH / 2, y: 430, font: big });
  drawQr(on, code, { x: (WIDTH - 500) / 2, y: 490, side: 500 });

  on.textAlign = 'left';
  let y = 1080;
  const lines: [string, string][] = [
    [text.where(host), COLOURS.ink],
    [text.secret, COLOURS.seal],
    [text.made(madeOn), COLOURS.soft],
  ];
  for (const [sentence, colour] of lines) {
    const place = { x: MARGIN, y, width: WIDTH - 2 * MARGIN, leading: 60 };
    y = writeLines(on, sentence, { ...place, font: `40px ${SANS}`, colour }) + 14;
  }
  return canvas.toDataURL('image/png');
}

function drawQr(
  on: CanvasRenderingContext2D,
  code: string,
  { x, y, side }: { x: number; y: number; side: number },
): void {
  const { data, size } = encode(code, { ecc: 'M', border: 4 });
  // Whole pixels: a reader wants sharp edges.
  const dot = Math.floor(side / size);
  const rest = Math.floor((side - dot * size) / 2);
  on.fillStyle = '#fff';
  on.fillRect(x, y, side, side);
  on.fillStyle = '#000';
  data.forEach((row, r) =>
    row.forEach((dark, c) => {
      if (dark) on.fillRect(x + rest + c * dot, y + rest + r * dot, dot, dot);
    }),
  );
}
