import { envelopeLength } from '../wire/envelope.js';
import { ProtocolError } from '../wire/errors.js';
import { MAX_ID } from '../wire/ids.js';
import { Payload, type Values } from '../wire/payload.js';
import type { Frame, Parts, Serializer, Slice } from '../wire/serializer.js';
import { atBreak, readItem } from './binary-read.js';
import { skipItem } from './binary-scan.js';
import { type WriteFormat, writeItem } from './binary-write.js';
import { ByteWriter } from './byte-writer.js';
import { Cursor, INDEFINITE, Kind, type ReadFormat } from './cursor.js';
import { depthLimit, notPayload, type SerializerOptions, toElements, toValues } from './elements.js';

/** A serializer over a binary format: what CBOR and MessagePack have in common, which is all but their heads. */
export function binarySerializer(
  id: 'cbor' | 'msgpack',
  read: ReadFormat,
  write: WriteFormat,
  options: SerializerOptions,
): Serializer {
  const maxDepth = depthLimit(options);
  const engine: Serializer = {
    id,
    subprotocol: `wamp.2.${id}`,
    binary: true,

    split: (frame) => split(engine, toBytes(frame, read), read, maxDepth),

    join(fields, payload) {
      const to = new ByteWriter();
      write.head(to, Kind.LIST, fields.length + (payload?.count ?? 0));
      fields.forEach((field, at) => {
        writeItem(field, to, write, { path: [`message[${at}]`], maxDepth, largest: MAX_ID }, 1);
      });
      if (payload) to.bytes(toBytes(payload.data, read));
      return to.take();
    },

    encodePayload(values) {
      const to = new ByteWriter();
      toElements(values).forEach((element, at) => {
        const path = [at ? 'kwargs' : 'args'];
        writeItem(element, to, write, { path, maxDepth, largest: Number.MAX_SAFE_INTEGER }, 1);
      });
      return { data: to.take(), count: values.kwargs ? 2 : 1, opaque: values.opaque !== undefined };
    },

    decodePayload: (slice) => decode(slice, read),
  };
  return engine;
}

function toBytes(frame: Frame, { name }: ReadFormat): Uint8Array {
  if (typeof frame !== 'string') return frame;
  throw new ProtocolError(`a ${name} message is binary, and this one is text`);
}

function split(engine: Serializer, bytes: Uint8Array, format: ReadFormat, maxDepth: number): Parts {
  const cursor = new Cursor(bytes, MAX_ID);
  format.head(cursor);
  if (cursor.kind !== Kind.LIST) throw new ProtocolError('a message is an array');
  const { size } = cursor;
  const fields: unknown[] = [];
  /** Start and end of each element of the payload, one after the other. */
  const bounds: number[] = [];
  let length = Number.POSITIVE_INFINITY;
  for (let i = 0; size === INDEFINITE ? !atBreak(cursor, format) : i < size; i++) {
    const start = cursor.at;
    skipItem(cursor, format, maxDepth);
    if (i >= length) bounds.push(start, cursor.at);
    else {
      cursor.at = start;
      fields.push(readItem(cursor, format));
      if (i === 0) length = envelopeLength(fields[0]);
    }
  }
  if (cursor.left > 0) throw new ProtocolError('something follows the message');
  return { fields, payload: received(engine, cursor, format, bounds) };
}

function received(
  engine: Serializer,
  cursor: Cursor,
  format: ReadFormat,
  bounds: readonly number[],
): Payload | undefined {
  const [start, , second] = bounds;
  if (start === undefined) return undefined;
  const first = kindAt(cursor, start, format);
  const opaque = first === Kind.BYTES || first === Kind.TEXT;
  const data = cursor.bytes.subarray(start, bounds[bounds.length - 1]);
  if (second === undefined) {
    if (!opaque && first !== Kind.LIST) throw notPayload();
    return Payload.received(engine, { data, count: 1, opaque });
  }
  const listAndDict = first === Kind.LIST && kindAt(cursor, second, format) === Kind.DICT;
  if (bounds.length > 4 || !listAndDict) throw notPayload();
  return Payload.received(engine, { data, count: 2, opaque });
}

/** What kind of item stands at `at`, whatever tags are around it. */
function kindAt(cursor: Cursor, at: number, format: ReadFormat): Kind {
  cursor.at = at;
  do format.head(cursor);
  while (cursor.kind === Kind.TAG);
  return cursor.kind;
}

/** @throws ProtocolError when an item has no counterpart in JavaScript */
function decode(slice: Slice, format: ReadFormat): Values {
  const cursor = new Cursor(toBytes(slice.data, format));
  const first = readItem(cursor, format);
  return toValues(slice.count === 1 ? [first] : [first, readItem(cursor, format)]);
}
