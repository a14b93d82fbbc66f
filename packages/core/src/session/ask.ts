import * as Code from '../wire/codes.js';
import { hasRole } from '../wire/features.js';
import { randomId } from '../wire/ids.js';
import type { Link } from './link.js';
import { request } from './link.js';

/**
 * Asks the router for any answer, where the transport has no ping to send, as a page's has not: to end a subscription,
 * or a registration, that this session has not got. Every router answers that with an ERROR, and nothing comes of it.
 */
export function ask(link: Link): void {
  const id = randomId();
  const asked = hasRole(link.details, 'broker')
    ? request(link, Code.UNSUBSCRIBED, (next) => ({ code: Code.UNSUBSCRIBE, request: next, subscription: id }))
    : request(link, Code.UNREGISTERED, (next) => ({ code: Code.UNREGISTER, request: next, registration: id }));
  asked.catch(() => {});
}
