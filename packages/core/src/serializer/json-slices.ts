import { envelopeLength } from '../wire/envelope.js';
import { Payload } from '../wire/payload.js';
import type { Frame, Serializer } from '../wire/serializer.js';
import { depthLimit, notPayload, type SerializerOptions } from './elements.js';
import { parseList, readPayload, reviveAll, toText } from './json-read.js';
import { scanJson } from './json-scan.js';
import { writeEnvelope, writePayload } from './json-write.js';

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
  const engine: Serializer = {
    id: 'json',
    subprotocol: 'wamp.2.json',
    binary: false,

    split(frame) {
      const bytes = toBytes(frame);
      const bounds = scanJson(bytes, maxDepth);
      const length = envelopeLength(readCode(bytes, bounds));
      const end = bounds[Math.min(2 * length, bounds.length) - 1];
      const text = end === undefined ? '[]' : `${toText(bytes.subarray(0, end))}]`;
      const fields = reviveAll(parseList(text), text, maxDepth, true);
      return { fields, payload: received(engine, bytes, bounds.slice(2 * length)) };
    },

    join(fields, payload) {
      const head = writeEnvelope(fields, maxDepth);
      return payload ? concat(`[${head},`, toBytes(payload.data)) : toBytes(`[${head}]`);
    },

    encodePayload(values) {
      const data = toBytes(writePayload(values, maxDepth));
      return { data, count: values.kwargs ? 2 : 1, opaque: values.opaque !== undefined };
    },

    decodePayload: (slice) => readPayload(toText(slice.data), maxDepth),
  };
  return engine;
}

function toBytes(frame: Frame): Uint8Array {
  return typeof frame === 'string' ? utf8.encode(frame) : frame;
}

/** The message's type; `NaN` when the first element is no number. */
function readCode(bytes: Uint8Array, [start = 0, end = 0]: readonly number[]): number {
  let code = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return end - start > 32 ? Number.NaN : Number(toText(bytes.subarray(start, end)));
    code = code * 10 + digit;
  }
  return code;
}

/** @param bounds start and end of each element behind the envelope */
function received(engine: Serializer, bytes: Uint8Array, bounds: readonly number[]): Payload | undefined {
  const [start, , second] = bounds;
  if (start === undefined) return undefined;
  const opaque = bytes[start] === QUOTE;
  const data = bytes.subarray(start, bounds[bounds.length - 1]);
  if (second === undefined) {
    if (!opaque && bytes[start] !== LIST) throw notPayload();
    return Payload.received(engine, { data, count: 1, opaque });
  }
  if (bounds.length > 4 || bytes[start] !== LIST || bytes[second] !== DICT) throw notPayload();
  return Payload.received(engine, { data, count: 2, opaque });
}

function concat(head: string, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(head.length + data.length + 1);
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
