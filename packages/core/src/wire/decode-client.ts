import * as details from './client-details.js';
import * as Code from './codes.js';
import type { Decoder } from './decode.js';
import { decodeError, decodeWith, payloadOf } from './decode.js';
import type { ClientMessage } from './messages.js';
import * as options from './options.js';
import type { Parts } from './serializer.js';

/** What a client may send, by message code. */
const fromClient: ReadonlyMap<unknown, Decoder<ClientMessage>> = new Map<unknown, Decoder<ClientMessage>>([
  [
    Code.HELLO,
    (read) => ({
      code: Code.HELLO,
      realm: read.textOrNull(1, 'Realm'),
      details: details.hello(read.dict(2, 'Details')),
    }),
  ],
  [
    Code.ABORT,
    (read) => ({ code: Code.ABORT, details: details.abort(read.dict(1, 'Details')), reason: read.uri(2, 'Reason') }),
  ],
  [
    Code.AUTHENTICATE,
    (read) => ({ code: Code.AUTHENTICATE, signature: read.secret(1, 'Signature'), extra: read.dict(2, 'Extra') }),
  ],
  [
    Code.GOODBYE,
    (read) => ({
      code: Code.GOODBYE,
      details: details.goodbye(read.dict(1, 'Details')),
      reason: read.uri(2, 'Reason'),
    }),
  ],
  [Code.ERROR, (read, parts) => ({ ...decodeError(read, parts), details: details.error(read.dict(3, 'Details')) })],
  [
    Code.PUBLISH,
    (read, parts) => ({
      code: Code.PUBLISH,
      request: read.id(1, 'Request'),
      options: options.publish(read.dict(2, 'Options')),
      topic: read.text(3, 'Topic'),
      payload: payloadOf(parts, read.dict(2, 'Options')),
    }),
  ],
  [
    Code.SUBSCRIBE,
    (read) => ({
      code: Code.SUBSCRIBE,
      request: read.id(1, 'Request'),
      options: options.subscribe(read.dict(2, 'Options')),
      topic: read.text(3, 'Topic'),
    }),
  ],
  [
    Code.UNSUBSCRIBE,
    (read) => ({
      code: Code.UNSUBSCRIBE,
      request: read.id(1, 'Request'),
      subscription: read.id(2, 'SUBSCRIBED.Subscription'),
    }),
  ],
  [Code.EVENT_RECEIVED, (read) => ({ code: Code.EVENT_RECEIVED, publication: read.id(1, 'PUBLISHED.Publication') })],
  [
    Code.CALL,
    (read, parts) => ({
      code: Code.CALL,
      request: read.id(1, 'Request'),
      options: options.call(read.dict(2, 'Options')),
      procedure: read.text(3, 'Procedure'),
      payload: payloadOf(parts, read.dict(2, 'Options')),
    }),
  ],
  [
    Code.CANCEL,
    (read) => ({
      code: Code.CANCEL,
      request: read.id(1, 'CALL.Request'),
      options: options.cancel(read.dict(2, 'Options')),
    }),
  ],
  [
    Code.REGISTER,
    (read) => ({
      code: Code.REGISTER,
      request: read.id(1, 'Request'),
      options: options.register(read.dict(2, 'Options')),
      procedure: read.text(3, 'Procedure'),
    }),
  ],
  [
    Code.UNREGISTER,
    (read) => ({
      code: Code.UNREGISTER,
      request: read.id(1, 'Request'),
      registration: read.id(2, 'REGISTERED.Registration'),
    }),
  ],
  [
    Code.YIELD,
    (read, parts) => ({
      code: Code.YIELD,
      request: read.id(1, 'INVOCATION.Request'),
      options: options.yielded(read.dict(2, 'Options')),
      payload: payloadOf(parts, read.dict(2, 'Options')),
    }),
  ],
]);

/** A message as a router receives it. @throws ProtocolError that names the element or option that is wrong. */
export function decodeClientMessage(parts: Parts): ClientMessage {
  return decodeWith(fromClient, parts, 'client');
}
