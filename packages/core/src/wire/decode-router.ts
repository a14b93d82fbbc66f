import { Code } from './codes.js';
import type { Decoder } from './decode.js';
import { decodeError, decodeWith, payloadOf } from './decode.js';
import type { RouterMessage } from './messages.js';
import * as options from './options.js';
import type { Parts } from './serializer.js';

/** What a router may send, by message code. */
const fromRouter: ReadonlyMap<unknown, Decoder<RouterMessage>> = new Map<unknown, Decoder<RouterMessage>>([
  [Code.WELCOME, (read) => ({ code: Code.WELCOME, session: read.id(1, 'Session'), details: read.dict(2, 'Details') })],
  [Code.ABORT, (read) => ({ code: Code.ABORT, details: read.dict(1, 'Details'), reason: read.uri(2, 'Reason') })],
  [
    Code.CHALLENGE,
    (read) => ({ code: Code.CHALLENGE, method: read.text(1, 'AuthMethod'), extra: read.dict(2, 'Extra') }),
  ],
  [Code.GOODBYE, (read) => ({ code: Code.GOODBYE, details: read.dict(1, 'Details'), reason: read.uri(2, 'Reason') })],
  [Code.ERROR, decodeError],
  [
    Code.PUBLISHED,
    (read) => ({
      code: Code.PUBLISHED,
      request: read.id(1, 'PUBLISH.Request'),
      publication: read.id(2, 'Publication'),
    }),
  ],
  [
    Code.SUBSCRIBED,
    (read) => ({
      code: Code.SUBSCRIBED,
      request: read.id(1, 'SUBSCRIBE.Request'),
      subscription: read.id(2, 'Subscription'),
    }),
  ],
  [
    Code.UNSUBSCRIBED,
    (read) => ({
      code: Code.UNSUBSCRIBED,
      request: read.idOrZero(1, 'UNSUBSCRIBE.Request'),
      details: read.optionalDict(2, 'Details'),
    }),
  ],
  [
    Code.EVENT,
    (read, parts) => ({
      code: Code.EVENT,
      subscription: read.id(1, 'SUBSCRIBED.Subscription'),
      publication: read.id(2, 'PUBLISHED.Publication'),
      details: options.event(read.dict(3, 'Details')),
      payload: payloadOf(parts, read.dict(3, 'Details')),
    }),
  ],
  [
    Code.RESULT,
    (read, parts) => ({
      code: Code.RESULT,
      request: read.id(1, 'CALL.Request'),
      details: options.result(read.dict(2, 'Details')),
      payload: payloadOf(parts, read.dict(2, 'Details')),
    }),
  ],
  [
    Code.REGISTERED,
    (read) => ({
      code: Code.REGISTERED,
      request: read.id(1, 'REGISTER.Request'),
      registration: read.id(2, 'Registration'),
    }),
  ],
  [
    Code.UNREGISTERED,
    (read) => ({
      code: Code.UNREGISTERED,
      request: read.idOrZero(1, 'UNREGISTER.Request'),
      details: read.optionalDict(2, 'Details'),
    }),
  ],
  [
    Code.INVOCATION,
    (read, parts) => ({
      code: Code.INVOCATION,
      request: read.id(1, 'Request'),
      registration: read.id(2, 'REGISTERED.Registration'),
      details: options.invocation(read.dict(3, 'Details')),
      payload: payloadOf(parts, read.dict(3, 'Details')),
    }),
  ],
  [
    Code.INTERRUPT,
    (read) => ({
      code: Code.INTERRUPT,
      request: read.id(1, 'INVOCATION.Request'),
      options: options.interrupt(read.dict(2, 'Options')),
    }),
  ],
]);

/** A message as a client receives it. @throws ProtocolError that names the element or option that is wrong. */
export function decodeRouterMessage(parts: Parts): RouterMessage {
  return decodeWith(fromRouter, parts, 'router');
}
