/** The longest that a timer can run, in milliseconds: about 25 days. */
export const MAX_TIMEOUT = 2 ** 31 - 1;
