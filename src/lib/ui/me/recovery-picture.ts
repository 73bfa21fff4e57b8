import { encode } from 'uqr';
import { recoveryText as text } from '../text/me.ts';

// The card with the recovery code as a picture: for the album, to be read by eye or by camera, in any look of the page
// black and green on paper.

const WIDTH = 1080;
const HEIGHT = 1500;
const MARGIN = 84;
const SERIF = "'Songti SC', 'Noto Serif CJK SC', 'Noto Serif SC', serif";
const SANS = "'PingFang SC', 'HarmonyOS Sans SC', 'MiSans', 'Noto Sans CJK SC', sans-serif";
const MONO = "ui-monospace, 'Roboto Mono', Menlo, monospace";
const COLOURS = {
  paper: '#f6f1e4',
  ink: '#1c2a25',
  soft: '#4a5952',
  green: '#1d5545',
  seal: '#a8321e',
};

/** @returns a PNG as a data URL; undefined where the browser has no canvas */
export function recoveryPicture(code: string, host: string, madeOn: string): string | undefined {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const on = canvas.getContext('2d');
  if (!on) return undefined;
  on.fillStyle = COLOURS.paper;
  on.fillRect(0, 0, WIDTH, HEIGHT);
  on.strokeStyle = COLOURS.green;
  on.lineWidth = 6;
  on.strokeRect(36, 36, WIDTH - 72, HEIGHT - 72);
  on.fillStyle = COLOURS.seal;
  on.fillRect(MARGIN, 110, 16, 72);

  write(on, text.card, {
    x: MARGIN + 40,
    y: 168,
    font: `700 64px ${SERIF}`,
    colour: COLOURS.green,
  });
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
    on.font = `40px ${SANS}`;
    for (const line of wrapped(on, sentence, WIDTH - 2 * MARGIN)) {
      write(on, line, { x: MARGIN, y, font: on.font, colour });
      y += 60;
    }
    y += 14;
  }
  return canvas.toDataURL('image/png');
}

interface At {
  x: number;
  y: number;
  font: string;
  colour?: string;
}

function write(on: CanvasRenderingContext2D, words: string, at: At): void {
  on.font = at.font;
  on.fillStyle = at.colour ?? COLOURS.ink;
  on.fillText(words, at.x, at.y);
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

/** Chinese may break after any sign but not before a full stop or a comma, an address only where it does not fit. */
function wrapped(on: CanvasRenderingContext2D, words: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of words.match(/[\w.:/-]+|./gu) ?? []) {
    const fits = on.measureText(line + part).width <= width;
    if (fits || /^[，。、；：！？”）]$/u.test(part)) line += part;
    else {
      lines.push(line);
      line = part;
    }
  }
  return [...lines, line];
}
