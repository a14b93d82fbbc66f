import { isDict } from '../wire/fields.js';
import type { Hello } from '../wire/messages.js';
import { oneOf } from '../wire/rules.js';
import type { ChannelBinding } from './auth.js';

/** What a login can be tied to its connection by. */
export const bindingSetting = /* @__PURE__ */ oneOf('tls-exporter', 'tls-unique');

/**
 * How HELLO asks for the login to be tied to its connection. All methods in one HELLO share this one key, so it binds
 * whichever of them the router chooses.
 */
export function askedBinding({ details }: Hello): ChannelBinding | undefined {
  const binding = isDict(details.authextra) ? details.authextra.channel_binding : undefined;
  return binding === 'tls-exporter' || binding === 'tls-unique' ? binding : undefined;
}

/** What to do about a connection that has nothing to tie a login to. */
export function unboundMessage(binding: ChannelBinding): string {
  return `this connection has nothing to tie the login to by ${binding}: use wss:// from Node, with TLS ${binding === 'tls-exporter' ? '1.3' : '1.2'}`;
}
