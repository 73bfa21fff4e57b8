// Numbers of the conversation between phone and server, apart from its schemas: a phone has no use for those.

/** The version of all messages; a phone that speaks an older one is told to reload. */
export const PROTOCOL = 1;
/** Rows of one request. */
export const MAX_ATTEMPTS = 200;
export const MAX_REPORTS = 50;
export const MAX_VOUCHERS = 50;
