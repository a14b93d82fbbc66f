import { hasRole } from '../wire/features.js';
import type { Link } from './link.js';
import { unregister, unsubscribe } from './release.js';

/** An id that no router has given: those that count do not get so far, and those that draw are as likely to draw any other. */
const NOBODYS = Number.MAX_SAFE_INTEGER;

/**
 * Asks the router for any answer, where the transport has no ping to send, as a page's has not: to end a subscription,
 * or a registration, that this session has not got. Every router answers that with an ERROR, and nothing comes of it.
 */
export function ask(link: Link): void {
  void (hasRole(link.details, 'broker') ? unsubscribe : unregister)(link, NOBODYS);
}
