import { closeSync, openSync, writeSync } from 'node:fs';
import { encode } from 'uqr';

const WIDTH = 640;
const HEIGHT = 480;
const QUIET_MODULES = 4;
/** Luma of video: 16 is black, 235 white. */
const [INK, PAPER, DESK] = [30, 220, 110];

/**
 * What a camera sees that is held before a phone with this text as its QR code: a film for Chromium's fake camera.
 * @param text nothing but a grey desk where it is left out
 * @param file ends in `.y4m`
 */
export function writeFilm(file: string, text?: string): void {
  const picture = text === undefined ? Buffer.alloc(WIDTH * HEIGHT, DESK) : pictureOf(text);
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const film = openSync(file, 'w');
  writeSync(film, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  for (let frame = 0; frame < 10; frame++) {
    writeSync(film, 'FRAME\n');
    writeSync(film, picture);
    writeSync(film, grey);
  }
  closeSync(film);
}

/** The flags with which Chromium shows the film to every page that asks for a camera, without asking anybody. */
export const cameraShowing = (file: string) => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${file}`,
];

/** Brightness, row by row: a white phone on a desk, held not quite straight. */
function pictureOf(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const side = size + 2 * QUIET_MODULES;
  const module = (HEIGHT * 0.75) / side;
  const tilt = (4 * Math.PI) / 180;
  const picture = Buffer.alloc(WIDTH * HEIGHT, DESK);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [right, down] = [x - WIDTH / 2, y - HEIGHT / 2];
      const column = (right * Math.cos(tilt) + down * Math.sin(tilt)) / module + side / 2;
      const row = (down * Math.cos(tilt) - right * Math.sin(tilt)) / module + side / 2;
      if (Math.min(column, row) < 0 || Math.max(column, row) >= side) continue;
      const dark =
        data[Math.floor(row - QUIET_MODULES)]?.[Math.floor(column - QUIET_MODULES)] === true;
      picture[y * WIDTH + x] = dark ? INK : PAPER;
    }
  }
  return picture;
}
