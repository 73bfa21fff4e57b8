import { encode } from 'uqr';

/** Scanners need as much white around it (ISO/IEC 18004). */
const QUIET = 4;

/**
 * A QR code as one path of an SVG.
 * @param ecc how much of it may be lost: M a seventh, H nearly a third
 * @returns the path, and the side of its box with the white around it
 */
export function qrPath(text: string, ecc: 'M' | 'H'): { path: string; side: number } {
  const { data, size } = encode(text, { ecc, border: 0 });
  // One run of dark modules after the other, row by row.
  const runs = data.flatMap((row, y) =>
    row.map((dark, x) => {
      if (!dark || row[x - 1]) return '';
      const end = row.indexOf(false, x);
      const length = (end < 0 ? row.length : end) - x;
      return `M${x + QUIET} ${y + QUIET}h${length}v1h-${length}z`;
    }),
  );
  return { path: runs.join(''), side: size + 2 * QUIET };
}
