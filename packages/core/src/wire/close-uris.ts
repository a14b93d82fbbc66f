/** Reasons of GOODBYE and ABORT (spec: "Session Closing"); imported as `error-uris.ts` is. */
export const NORMAL = 'wamp.close.normal';
export const SYSTEM_SHUTDOWN = 'wamp.close.system_shutdown';
export const CLOSE_REALM = 'wamp.close.close_realm';
export const GOODBYE_AND_OUT = 'wamp.close.goodbye_and_out';
export const KILLED = 'wamp.close.killed';
/** Ours: what the session was let in by has expired; with something newer it may come again. */
export const EXPIRED = 'wigwag.close.expired';
