import { CODE_ALPHABET } from '../voucher/code.ts';

/**
 * What the board at a station says: its print run and a proof that only the server can make and check. The pack holds
 * nothing of it (blueprint §5).
 */
export interface BoardCode {
  run: string;
  proof: string;
}

/** Symbols of a proof: 59 bits. */
const PROOF_LENGTH = 12;
const SYMBOLS = BigInt(CODE_ALPHABET.length);

const RUN = new RegExp(`^[${CODE_ALPHABET}]{2,4}$`);
const CODE = new RegExp(`^([${CODE_ALPHABET}]{2,4})([${CODE_ALPHABET}]{${PROOF_LENGTH}})$`);

/** What a print run can be called: 2 to 4 of the symbols that codes are made of. */
export const isRun = (text: string): boolean => RUN.test(text);

/** The proof that a code of this run carries, of at least 16 bytes of a keyed hash. */
export function proofOf(hash: Uint8Array): string {
  let rest = hash.slice(0, 16).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return Array.from({ length: PROOF_LENGTH }, () => {
    const symbol = CODE_ALPHABET.charAt(Number(rest % SYMBOLS));
    rest /= SYMBOLS;
    return symbol;
  }).join('');
}

/** As it is printed: `A2-K3MQ-9TXW-4PRD`. */
export function boardCodeText({ run, proof }: BoardCode): string {
  return [run, ...(proof.match(/.{4}/g) ?? [])].join('-');
}

/**
 * Reads what was scanned or typed, in capitals or not, with spaces and dashes or without.
 * @returns undefined where it cannot be a code; whether it is a right one only the server knows
 */
export function readBoardCode(text: string): BoardCode | undefined {
  const [, run, proof] = CODE.exec(text.replace(/[\s\p{Pd}]/gu, '').toUpperCase()) ?? [];
  return run && proof ? { run, proof } : undefined;
}
