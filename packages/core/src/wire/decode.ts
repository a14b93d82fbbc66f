import * as Code from './codes.js';
import { ProtocolError } from './errors.js';
import type { Fields } from './fields.js';
import { FieldReader } from './fields.js';
import { nameOf } from './message-names.js';
import type { Dict, WampErrorMessage } from './messages.js';
import type { Payload } from './payload.js';
import type { Parts } from './serializer.js';

/** Makes a typed message of one code from its parts. @throws ProtocolError that names what is wrong */
export type Decoder<T> = (read: FieldReader, parts: Parts) => T;

/** ERROR goes either way. */
export function decodeError(read: FieldReader, parts: Parts): WampErrorMessage {
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
export function payloadOf({ payload }: Parts, dict: Dict): Payload | undefined {
  if (payload?.opaque && dict.ppt_scheme === undefined && dict.enc_algo === undefined) {
    throw new ProtocolError('an opaque payload needs ppt_scheme or enc_algo to say what it is');
  }
  return payload;
}

/** @throws ProtocolError for a code that the sender does not send, and as the code's decoder does */
export function decodeWith<T>(table: ReadonlyMap<unknown, Decoder<T>>, parts: Parts, sender: string): T {
  const code: Fields[number] = parts.fields[0];
  if (typeof code !== 'number') throw new ProtocolError('a message starts with its type, an integer');
  const decoder = table.get(code);
  if (!decoder) throw new ProtocolError(`a ${sender} does not send ${nameOf(code)}`);
  return decoder(new FieldReader(nameOf(code), parts.fields), parts);
}
