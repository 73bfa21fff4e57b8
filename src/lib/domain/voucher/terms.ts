/** Days a voucher can be redeemed. */
export const VOUCHER_DAYS = 7;
/** How long after the hand-over the terminal that made it can take it back, ms. */
export const UNDO_MS = 10 * 60_000;
