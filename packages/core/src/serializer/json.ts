import { envelopeLength } from '../wire/envelope.js';
import { Payload } from '../wire/payload.js';
import type { Serializer } from '../wire/serializer.js';
import { depthLimit, type SerializerOptions, sliceOf, toValues } from './elements.js';
import { readList, readPayload, toText } from './json-read.js';
import { writeEnvelope, writePayload } from './json-write.js';

/** JSON over text frames: the client's engine. It reads a message whole, because its payload is about to be used. */
export function json(options: SerializerOptions = {}): Serializer {
  const maxDepth = depthLimit(options);
  return {
    id: 'json',
    subprotocol: 'wamp.2.json',
    binary: false,

    split(frame) {
      const fields = readList(toText(frame), maxDepth, envelopeLength);
      const length = envelopeLength(fields[0]);
      if (fields.length <= length) return { fields, payload: undefined };
      const payload = Payload.from(toValues(fields, length));
      while (fields.length > length) fields.pop();
      return { fields, payload };
    },

    join(fields, payload) {
      const text = writeEnvelope(fields, maxDepth);
      return payload ? `[${text},${toText(payload.data)}]` : `[${text}]`;
    },

    encodePayload: (values) => sliceOf(values, writePayload(values, maxDepth)),

    decodePayload: (slice) => readPayload(toText(slice.data), maxDepth),
  };
}
