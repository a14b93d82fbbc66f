import { hasRole } from '../wire/features.js';
import { randomId } from '../wire/ids.js';
import type { Link } from './link.js';
import { unregister, unsubscribe } from './release.js';

/**
 * Asks the router for any answer, where the transport has no ping to send, as a page's has not: to end a subscription,
 * or a registration, that this session has not got. Every router answers that with an ERROR, and nothing comes of it.
 */
export function ask(link: Link): void {
  void (hasRole(link.details, 'broker') ? unsubscribe : unregister)(link, randomId());
}
