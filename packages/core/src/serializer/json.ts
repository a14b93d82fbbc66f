import { envelopeLength } from '../wire/envelope.js';
import { Payload } from '../wire/payload.js';
import type { Serializer } from '../wire/serializer.js';
import { depthLimit, type SerializerOptions, sliceOf, toValues } from './elements.js';
import { parseList, readPayload, reviveAll, toText } from './json-read.js';
import { writeEnvelope, writePayload } from './json-write.js';

/** JSON over text frames: the client's engine. It reads a message whole, because its payload is about to be used. */
export function json(options: SerializerOptions = {}): Serializer {
  const maxDepth = depthLimit(options);
  return {
    id: 'json',
    subprotocol: 'wamp.2.json',
    binary: false,

    split(frame) {
      const text = toText(frame);
      const { list: fields, unfinished } = parseList(text, maxDepth);
      const rest = fields.splice(envelopeLength(fields[0]));
      if (unfinished) {
        reviveAll(fields, maxDepth, true);
        reviveAll(rest, maxDepth, false);
      }
      return { fields, payload: rest.length === 0 ? undefined : Payload.from(toValues(rest)) };
    },

    join(fields, payload) {
      const text = writeEnvelope(fields, maxDepth);
      return payload ? `[${text},${toText(payload.data)}]` : `[${text}]`;
    },

    encodePayload: (values) => sliceOf(values, writePayload(values, maxDepth)),

    decodePayload: (slice) => readPayload(toText(slice.data), maxDepth),
  };
}
