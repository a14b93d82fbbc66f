import { Code, nameOf } from './codes.js';
import { ProtocolError } from './errors.js';
import type { Fields } from './fields.js';
import { FieldReader } from './fields.js';
import type { ClientMessage, Dict, RouterMessage } from './messages.js';
import * as options from './options.js';
import type { Payload } from './payload.js';
import type { Parts } from './serializer.js';

type Decoder<T> = (read: FieldReader, parts: Parts) => T;

/** What a client may send, by message code. */
const fromClient: ReadonlyMap<unknown, Decoder<ClientMessage>> = new Map<unknown, Decoder<ClientMessage>>([
  [Code.HELLO, (read) => ({ code: Code.HELLO, realm: read.textOrNull(1, 'Realm'), details: read.dict(2, 'Details') })],
  [Code.ABORT, (read) => ({ code: Code.ABORT, details: read.dict(1, 'Details'), reason: read.uri(2, 'Reason') })],
  [
    Code.AUTHENTICATE,
    (read) => ({ code: Code.AUTHENTICATE, signature: read.text(1, 'Signature'), extra: read.dict(2, 'Extra') }),
  ],
  [Code.GOODBYE, (read) => ({ code: Code.GOODBYE, details: read.dict(1, 'Details'), reason: read.uri(2, 'Reason') })],
  [Code.ERROR, decodeError],
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
      options: options.result(read.dict(2, 'Options')),
      payload: payloadOf(parts, read.dict(2, 'Options')),
    }),
  ],
]);

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
      options: options.cancel(read.dict(2, 'Options')),
    }),
  ],
]);

function decodeError(read: FieldReader, parts: Parts): Extract<ClientMessage, { code: typeof Code.ERROR }> {
  return {
    code: Code.ERROR,
    requestType: read.integer(1, 'REQUEST.Type'),
    request: read.id(2, 'REQUEST.Request'),
    details: read.dict(3, 'Details'),
    error: read.uri(4, 'Error'),
    payload: payloadOf(parts, read.dict(3, 'Details')),
  };
}

/**
 * The payload, where it may be what it is: an opaque one needs the scheme or algorithm that its reader goes by.
 * @param dict the message's options or details
 */
function payloadOf({ payload }: Parts, dict: Dict): Payload | undefined {
  if (payload?.opaque && dict.ppt_scheme === undefined && dict.enc_algo === undefined) {
    throw new ProtocolError('an opaque payload needs ppt_scheme or enc_algo to say what it is');
  }
  return payload;
}

/** A message as a router receives it. @throws ProtocolError that names the element or option that is wrong. */
export function decodeClientMessage(parts: Parts): ClientMessage {
  return decodeWith(fromClient, parts, 'client');
}

/** A message as a client receives it. @throws ProtocolError that names the element or option that is wrong. */
export function decodeRouterMessage(parts: Parts): RouterMessage {
  return decodeWith(fromRouter, parts, 'router');
}

function decodeWith<T>(table: ReadonlyMap<unknown, Decoder<T>>, parts: Parts, sender: string): T {
  const code: Fields[number] = parts.fields[0];
  if (typeof code !== 'number') throw new ProtocolError('a message starts with its type, an integer');
  const decoder = table.get(code);
  if (!decoder) throw new ProtocolError(`a ${sender} does not send ${nameOf(code)}`);
  return decoder(new FieldReader(nameOf(code), parts.fields), parts);
}
