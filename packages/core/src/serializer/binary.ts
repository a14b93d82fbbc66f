import { envelopeLength } from '../wire/envelope.js';
import { ProtocolError } from '../wire/errors.js';
import { MAX_ID } from '../wire/ids.js';
import type { Payload, Values } from '../wire/payload.js';
import { ReceivedPayload } from '../wire/received-payload.js';
import type { Frame, Parts, Serializer, Slice } from '../wire/serializer.js';
import { atBreak, readItem } from './binary-read.js';
import { skipItem } from './binary-scan.js';
import { shapesOf } from './binary-shapes.js';
import { type WriteFormat, writeItem } from './binary-write.js';
import { ByteWriter } from './byte-writer.js';
import { Cursor, INDEFINITE, Kind, type ReadFormat } from './cursor.js';
import { depthLimit, notPayload, type SerializerOptions, sliceOf, toElements, toValues } from './elements.js';
import { Slab } from './slab.js';
import { writingEnvelope, writingPayload } from './writing.js';

/** A serializer over a binary format: what CBOR and MessagePack have in common, which is all but their heads. */
export function binarySerializer(
  id: 'cbor' | 'msgpack',
  read: ReadFormat,
  write: WriteFormat,
  options: SerializerOptions,
): Serializer {
  const maxDepth = depthLimit(options);
  const collect = collector();
  let shapes: Uint8Array | undefined;
  const engine: Serializer = {
    id,
    subprotocol: `wamp.2.${id}`,
    binary: true,

    split(frame) {
      shapes ??= shapesOf(read);
      return split(engine, toBytes(frame, read), read, shapes, maxDepth);
    },

    join: (fields, payload) =>
      collect((to) => {
        write.head(to, Kind.LIST, fields.length + (payload?.count ?? 0));
        const writing = writingEnvelope(maxDepth);
        for (let i = 0; i < fields.length; i++) {
          writing.path[1] = i;
          writeItem(fields[i], to, write, writing, 2);
        }
      }, payload && toBytes(payload.data, read)),

    encodePayload(values) {
      const data = collect((to) => {
        const writing = writingPayload(maxDepth);
        for (const element of toElements(values)) {
          writeItem(element, to, write, writing, 1);
          writing.path[0] = 'kwargs';
        }
      });
      return sliceOf(values, data);
    },

    decodePayload: (slice) => decode(slice, read, maxDepth),
  };
  return engine;
}

/**
 * Runs what writes and returns what it wrote, and behind it the tail. One writer serves call after call, for making one
 * costs more than most messages do; a call inside another, from a getter in somebody's values, gets another.
 */
function collector(): (run: (to: ByteWriter) => void, tail?: Uint8Array) => Uint8Array {
  const slab = new Slab();
  let idle: ByteWriter | undefined;
  return (run, tail) => {
    const to = idle ?? new ByteWriter();
    idle = undefined;
    try {
      run(to);
      return to.copy(slab, tail);
    } finally {
      to.clear();
      idle = to;
    }
  };
}

function toBytes(frame: Frame, { name }: ReadFormat): Uint8Array {
  if (typeof frame !== 'string') return frame;
  throw new ProtocolError(`a ${name} message is binary, and this one is text`);
}

function split(engine: Serializer, bytes: Uint8Array, format: ReadFormat, shapes: Uint8Array, maxDepth: number): Parts {
  const cursor = new Cursor(bytes, MAX_ID);
  format.head(cursor);
  if (cursor.kind !== Kind.LIST) throw new ProtocolError('a message is an array');
  const { size } = cursor;
  const fields: unknown[] = [];
  /** Start and end of each element of the payload, one after the other. */
  const bounds: number[] = [];
  let length = Number.POSITIVE_INFINITY;
  for (let i = 0; size === INDEFINITE ? !atBreak(cursor, format) : i < size; i++) {
    if (i < length) {
      fields.push(readItem(cursor, format, maxDepth));
      if (i === 0) length = envelopeLength(fields[0]);
    } else {
      bounds.push(cursor.at);
      skipItem(cursor, format, shapes, maxDepth);
      bounds.push(cursor.at);
    }
  }
  if (cursor.left > 0) throw new ProtocolError('something follows the message');
  return { fields, payload: bounds.length > 0 ? received(engine, cursor, format, bounds) : undefined };
}

function received(engine: Serializer, cursor: Cursor, format: ReadFormat, bounds: readonly number[]): Payload {
  const count = bounds.length / 2;
  const data = cursor.bytes.subarray(bounds[0], bounds[bounds.length - 1]);
  const first = kindAt(cursor, bounds[0] ?? 0, format);
  if (count === 1 && (first === Kind.LIST || first === Kind.BYTES || first === Kind.TEXT)) {
    return new ReceivedPayload(engine, { data, count, opaque: first !== Kind.LIST });
  }
  if (count === 2 && first === Kind.LIST && kindAt(cursor, bounds[2] ?? 0, format) === Kind.DICT) {
    return new ReceivedPayload(engine, { data, count, opaque: false });
  }
  throw notPayload();
}

/** What kind of item stands at `at`, whatever tags are around it. */
function kindAt(cursor: Cursor, at: number, format: ReadFormat): Kind {
  cursor.at = at;
  do format.head(cursor);
  while (cursor.kind === Kind.TAG);
  return cursor.kind;
}

/** @throws ProtocolError when an item has no counterpart in JavaScript */
function decode(slice: Slice, format: ReadFormat, maxDepth: number): Values {
  const cursor = new Cursor(toBytes(slice.data, format));
  const first = readItem(cursor, format, maxDepth);
  return toValues(slice.count === 1 ? [first] : [first, readItem(cursor, format, maxDepth)]);
}
