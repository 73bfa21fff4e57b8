/** A piece of a text; `hit` where it is what was looked for. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** Cuts a text where the sought words begin and end. The pieces together are the text. */
export function marked(text: string, words: readonly string[]): Piece[] {
  const low = text.toLowerCase();
  const hits = new Array<boolean>(text.length).fill(false);
  for (const word of words)
    for (let at = low.indexOf(word); word !== '' && at >= 0; at = low.indexOf(word, at + 1))
      hits.fill(true, at, at + word.length);
  const pieces: Piece[] = [];
  for (let i = 0; i < text.length; i++) {
    const last = pieces.at(-1);
    const hit = hits[i] === true;
    if (last?.hit === hit) last.text += text.charAt(i);
    else pieces.push({ text: text.charAt(i), hit });
  }
  return pieces;
}
