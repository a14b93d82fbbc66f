import { envelopeLength } from '../wire/envelope.js';
import { Payload } from '../wire/payload.js';
import type { Serializer } from '../wire/serializer.js';
import { MAX_DEPTH, type SerializerOptions, toValues } from './elements.js';
import { needsRevival, parseList, readPayload, revive, toText } from './json-read.js';
import { writeEnvelope, writePayload } from './json-write.js';

/** JSON over text frames: the client's engine. It reads a message whole, because its payload is about to be used. */
export function json({ maxDepth = MAX_DEPTH }: SerializerOptions = {}): Serializer {
  return {
    id: 'json',
    subprotocol: 'wamp.2.json',
    binary: false,

    split(frame) {
      const text = toText(frame);
      const fields = parseList(text);
      const end = envelopeLength(fields[0]);
      if (needsRevival(text, maxDepth)) {
        fields.forEach((field, at) => {
          fields[at] = revive(field, maxDepth, at < end);
        });
      }
      if (fields.length <= end) return { fields, payload: undefined };
      return { payload: Payload.from(toValues(fields.splice(end))), fields };
    },

    join(fields, payload) {
      const text = writeEnvelope(fields, maxDepth);
      return payload ? `[${text},${toText(payload.data)}]` : `[${text}]`;
    },

    encodePayload(values) {
      const data = writePayload(values, maxDepth);
      return { data, count: values.kwargs ? 2 : 1, opaque: values.opaque !== undefined };
    },

    decodePayload: (slice) => readPayload(toText(slice.data), maxDepth),
  };
}
