// What is drawn to be kept in the album has one look, whatever look the page has: black and green on paper.

export const SERIF = "'Songti SC', 'Noto Serif CJK SC', 'Noto Serif SC', serif";
export const SANS = "'PingFang SC', 'HarmonyOS Sans SC', 'MiSans', 'Noto Sans CJK SC', sans-serif";
export const COLOURS = {
  paper: '#f6f1e4',
  wash: '#dfe6d3',
  ink: '#1c2a25',
  soft: '#4a5952',
  line: '#8a8873',
  green: '#1d5545',
  seal: '#a8321e',
};
export const MARGIN = 84;

export interface Sheet {
  canvas: HTMLCanvasElement;
  on: CanvasRenderingContext2D;
}

/** A sheet of paper with a frame and a heading; undefined where the browser has no canvas. */
export function sheet(width: number, height: number, heading: string): Sheet | undefined {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const on = canvas.getContext('2d');
  if (!on) return undefined;
  on.fillStyle = COLOURS.paper;
  on.fillRect(0, 0, width, height);
  on.strokeStyle = COLOURS.green;
  on.lineWidth = 6;
  on.strokeRect(36, 36, width - 72, height - 72);
  on.fillStyle = COLOURS.seal;
  on.fillRect(MARGIN, 110, 16, 72);
  const font = `700 64px ${SERIF}`;
  write(on, heading, { x: MARGIN + 40, y: 168, font, colour: COLOURS.green });
  return { canvas, on };
}

export interface At {
  x: number;
  y: number;
  font: string;
  colour?: string;
}

export function write(on: CanvasRenderingContext2D, words: string, at: At): void {
  on.font = at.font;
  on.fillStyle = at.colour ?? COLOURS.ink;
  on.fillText(words, at.x, at.y);
}

/** Writes words in as many lines as they need. @returns where the next line would stand */
export function writeLines(
  on: CanvasRenderingContext2D,
  words: string,
  at: At & { width: number; leading: number },
): number {
  let { y } = at;
  on.font = at.font;
  for (const line of wrapped(on, words, at.width)) {
    write(on, line, { ...at, y });
    y += at.leading;
  }
  return y;
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
