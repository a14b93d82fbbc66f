import * as Code from '../wire/codes.js';
import { ProtocolError } from '../wire/errors.js';
import type { Dict, Id, Uri } from '../wire/messages.js';
import type { Link } from './link.js';
import { request } from './link.js';

/** Gives up a subscription. Resolves in any case: when it fails, the session has ended, or the router had dropped it before. */
export async function unsubscribe(link: Link, subscription: Id): Promise<void> {
  const make = (id: Id) => ({ code: Code.UNSUBSCRIBE, request: id, subscription });
  await request(link, Code.UNSUBSCRIBED, make).catch(() => {});
}

/** Gives up a registration, as `unsubscribe` does a subscription. */
export async function unregister(link: Link, registration: Id): Promise<void> {
  const make = (id: Id) => ({ code: Code.UNREGISTER, request: id, registration });
  await request(link, Code.UNREGISTERED, make).catch(() => {});
}

/** What the application is told when the router takes away what it held. @param details those of the revocation */
export function revocation(what: string, uri: Uri, details: Dict | undefined): ProtocolError {
  const reason = typeof details?.reason === 'string' ? `: ${details.reason}` : '';
  return new ProtocolError(`the router revoked the ${what} ${uri}${reason}`);
}
