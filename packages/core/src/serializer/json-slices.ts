import { envelopeLength } from '../wire/envelope.js';
import { Payload } from '../wire/payload.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import { depthLimit, notPayload, type SerializerOptions, sliceOf } from './elements.js';
import { JsonEnvelope } from './json-envelope.js';
import { readPayload, toText } from './json-read.js';
import { scanJson } from './json-scan.js';
import { writeEnvelope, writePayload } from './json-write.js';
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
      const fields: unknown[] = [];
      let end = bounds.length;
      for (let i = 0; i < end; i += 2) {
        fields.push(envelope.read(bounds[i] ?? 0));
        if (i === 0) end = Math.min(end, 2 * envelopeLength(fields[0]));
      }
      return { fields, payload: end < bounds.length ? received(engine, bytes, bounds, end) : undefined };
    },

    join(fields, payload) {
      const head = writeEnvelope(fields, maxDepth);
      return payload ? concat(`[${head},`, toBytes(payload.data), slab) : toBytes(`[${head}]`);
    },

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
    return Payload.received(engine, { data, count, opaque: first === QUOTE });
  }
  if (count === 2 && first === LIST && bytes[bounds[from + 2] ?? 0] === DICT) {
    return Payload.received(engine, { data, count, opaque: false });
  }
  throw notPayload();
}

/** A frame of a head that is open and elements behind it. */
function concat(head: string, data: Uint8Array, slab: Slab): Uint8Array {
  const frame = slab.take(head.length + data.length + 1);
  const { read, written } = utf8.encodeInto(head, frame);
  // As many bytes as characters: the head was ASCII, which it is but for names that people chose.
  if (read !== head.length || written !== head.length) return concatBytes(utf8.encode(head), data);
  frame.set(data, head.length);
  frame[frame.length - 1] = 0x5d;
  return frame;
}

function concatBytes(head: Uint8Array, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(head.length + data.length + 1);
  frame.set(head);
  frame.set(data, head.length);
  frame[frame.length - 1] = 0x5d;
  return frame;
}
