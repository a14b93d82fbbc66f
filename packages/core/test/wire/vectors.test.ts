import { describe, expect, test } from 'vitest';
import type { ClientMessage, Message, RouterMessage } from '../../src/wire/index.js';
import { Code, decodeClientMessage, decodeRouterMessage, encode, ProtocolError } from '../../src/wire/index.js';
import type { Parts } from '../../src/wire/serializer.js';
import { engines, toHex } from '../serializer/engines.js';
import { byteVectors, listVectors } from './vectors.js';

const sentByRouter = new Set<unknown>([
  Code.WELCOME,
  Code.CHALLENGE,
  Code.PUBLISHED,
  Code.SUBSCRIBED,
  Code.UNSUBSCRIBED,
  Code.EVENT,
  Code.RESULT,
  Code.REGISTERED,
  Code.UNREGISTERED,
  Code.INVOCATION,
  Code.INTERRUPT,
]);

function decode(parts: Parts): ClientMessage | RouterMessage {
  return sentByRouter.has(parts.fields[0]) ? decodeRouterMessage(parts) : decodeClientMessage(parts);
}

/** A decoded message under the names that the vectors use. */
function attributes(message: Message): Record<string, unknown> {
  const named: Record<string, unknown> = {
    message_type: message.code,
    roles: 'details' in message ? message.details?.roles : undefined,
    args: null,
    kwargs: null,
    payload: null,
  };
  for (const [key, value] of Object.entries(message)) {
    named[key] = value;
    named[`${key}_id`] = value;
    if (key === 'requestType') named.request_type = value;
  }
  const values = 'payload' in message ? message.payload?.values : undefined;
  named.payload = values?.opaque instanceof Uint8Array ? toHex(values.opaque) : null;
  named.args = values === undefined || values.opaque !== undefined ? null : values.args;
  named.kwargs = values?.kwargs ?? null;
  return named;
}

describe.each(Object.entries(engines))('%s', (_, make) => {
  const engine = make();
  describe.each(byteVectors)('$title', ({ bytes, expected }) => {
    test('each spelling decodes to the attributes of the specification', () => {
      for (const spelling of bytes[engine.id]) {
        expect(attributes(decode(engine.split(spelling)))).toMatchObject(expected);
      }
    });

    test('what is decoded encodes to one of the spellings', () => {
      const spellings = bytes[engine.id].map(toHex);
      for (const spelling of bytes[engine.id]) {
        expect(spellings).toContain(toHex(encode(decode(engine.split(spelling)), engine).data));
      }
    });
  });

  test.each(listVectors)('$title: $refusal', ({ list, refusal }) => {
    const [fields, payload] = [list.slice(0, 4), list.slice(4)];
    const [first] = payload;
    const opaque = typeof first === 'string' ? first : undefined;
    const args = Array.isArray(first) ? first : [];
    const frame = engine.join(
      fields,
      payload.length === 0 ? undefined : engine.encodePayload({ args, kwargs: undefined, ...(opaque && { opaque }) }),
    );
    const accept = (): Message => decode(engine.split(frame));
    if (refusal === undefined) expect(accept()).toMatchObject({ code: list[0] });
    else {
      expect(accept).toThrow(ProtocolError);
      expect(accept).toThrow(refusal);
    }
  });
});
