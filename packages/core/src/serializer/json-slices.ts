import { envelopeLength } from '../wire/envelope.js';
import type { Payload } from '../wire/payload.js';
import { ReceivedPayload } from '../wire/received-payload.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import { depthLimit, notPayload, type SerializerOptions, sliceOf } from './elements.js';
import { JsonEnvelope } from './json-envelope.js';
import { joinJson } from './json-join.js';
import { readPayload, toText } from './json-read.js';
import { scanJson } from './json-scan.js';
import { writePayload } from './json-write.js';
import { Slab } from './slab.js';

const QUOTE = 0x22;
const LIST = 0x5b;
const DICT = 0x7b;
const utf8 = new TextEncoder();

/**
 * JSON as a router reads it, on bytes: one scan finds the elements and proves that all of them are well formed, the
 * envelope is parsed, and the payload stays a view of the received bytes, ready to be put behind another envelope.
 */
export function jsonSlices(options: SerializerOptions = {}): Serializer {
  const maxDepth = depthLimit(options);
  const slab = new Slab();
  const engine: Serializer = {
    id: 'json',
    subprotocol: 'wamp.2.json',
    binary: false,

    split(frame) {
      const bytes = toBytes(frame);
      const bounds = scanJson(bytes, maxDepth);
      const envelope = new JsonEnvelope(bytes);
      const count = bounds.length / 2;
      if (count === 0) return { fields: [], payload: undefined };
      const code = envelope.read(bounds[0] ?? 0);
      const length = Math.min(count, envelopeLength(code));
      // Of its length from the start: a list that grows takes room for 17 elements.
      const fields = new Array<unknown>(length);
      fields[0] = code;
      for (let i = 1; i < length; i++) fields[i] = envelope.read(bounds[2 * i] ?? 0);
      return { fields, payload: length < count ? received(engine, bytes, bounds, 2 * length) : undefined };
    },

    join: (fields, payload) => joinJson(fields, payload && toBytes(payload.data), maxDepth, slab),

    encodePayload: (values) => sliceOf(values, toBytes(writePayload(values, maxDepth))),

    decodePayload: (slice) => readPayload(toText(slice.data), maxDepth),
  };
  return engine;
}

function toBytes(frame: Frame): Uint8Array {
  return typeof frame === 'string' ? utf8.encode(frame) : frame;
}

/**
 * @param bounds start and end of each element of the message
 * @param from where in `bounds` those of the payload are
 */
function received(engine: Serializer, bytes: Uint8Array, bounds: readonly number[], from: number): Payload {
  const start = bounds[from] ?? 0;
  const first = bytes[start];
  const count = (bounds.length - from) / 2;
  const data = bytes.subarray(start, bounds[bounds.length - 1]);
  if (count === 1 && (first === LIST || first === QUOTE)) {
    return new ReceivedPayload(engine, { data, count, opaque: first === QUOTE });
  }
  if (count === 2 && first === LIST && bytes[bounds[from + 2] ?? 0] === DICT) {
    return new ReceivedPayload(engine, { data, count, opaque: false });
  }
  throw notPayload();
}
