const HOUR_MS = 3_600_000;

/** How old a deny-list may be, and how long a right to hand over without a signal outlives the last contact, ms. */
export const OFFLINE_MS = 72 * HOUR_MS;
/** After its expiry a voucher waits no longer than this for a till that does not come back, ms. */
export const RELEASE_AT_LATEST_MS = 14 * 24 * HOUR_MS;
/** Rows of the queue in one contact. */
export const MAX_ROWS = 50;
/** Entries for the shop's trail in one contact. */
export const MAX_EVENTS = 100;
/** How far the time in a proof may be from the server's, ms. */
export const PROOF_MS = 10 * 60_000;
/** Wrong PINs in a row before a clerk has to wait, and how long, ms. */
export const PIN_TRIES = 5;
export const PIN_LOCKED_MS = 5 * 60_000;
/** What two clocks of one device may disagree by before neither is believed, ms. */
export const CLOCK_TOLERANCE_MS = 2 * 60_000;
/** Rounds of PBKDF2 over a PIN: a moment on an old phone. */
export const PIN_ITERATIONS = 100_000;
