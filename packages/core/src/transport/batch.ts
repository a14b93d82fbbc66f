import type { Encoded } from '../wire/encoded.js';
import { ProtocolError } from '../wire/errors.js';
import type { Frame } from '../wire/serializer.js';

/** What a serializer's subprotocol ends in when several messages go in one WebSocket message (spec: "Message Batching"). */
export const BATCHED = '.batched';
/** What stands before a serializer's subprotocol where Wigwag's own client and router agree on batches. */
export const OWN = 'wigwag.';
/** Bytes that a batch of several messages does not pass, so that it stays far below any limit on messages. */
export const MAX_BATCH = 64 * 1024;
/** Bytes around a message in a batch, at most. */
export const BATCH_OVERHEAD = 4;

/** The octet that ends each message of a text batch; JSON never has it unescaped. */
export const SEPARATOR = 0x1e;
/** The specification says `\30`, octet 0x1e; Autobahn|Python and Crossbar.io read the first of that in octal. */
export const OCTAL = 0x18;
/** Octets of the length before each message of a binary batch. */
const PREFIX = BATCH_OVERHEAD;

const UNENDED = 'each message of a batch ends with the separator 0x1e';

/** A message as a part of a batch: a batch is such parts, one behind the other. */
export function batchPart({ data, binary }: Encoded): Frame {
  if (typeof data === 'string') return data + String.fromCharCode(SEPARATOR);
  const separator = binary ? undefined : SEPARATOR;
  const part = new Uint8Array(partLength(data.byteLength, separator));
  putPart(part, 0, data, separator);
  return part;
}

/** Bytes of a part. @param length those of the message @param separator `undefined` in a binary batch */
export function partLength(length: number, separator: number | undefined): number {
  return length + (separator === undefined ? PREFIX : 1);
}

/** Puts a message where its part begins; returns where the next one does. */
export function putPart(batch: Uint8Array, at: number, data: Uint8Array, separator: number | undefined): number {
  const { byteLength } = data;
  const end = at + partLength(byteLength, separator);
  if (separator === undefined) {
    for (let octet = 0; octet < PREFIX; octet++) batch[at + octet] = byteLength >>> (8 * (PREFIX - 1 - octet));
    batch.set(data, at + PREFIX);
  } else {
    batch.set(data, at);
    batch[end - 1] = separator;
  }
  return end;
}

/** What separates the messages of this batch of text; Autobahn|Python reads what ends as it has it, and no other. */
export function separatorOf(batch: Frame): number {
  const last = typeof batch === 'string' ? batch.charCodeAt(batch.length - 1) : batch[batch.byteLength - 1];
  return last === OCTAL ? OCTAL : SEPARATOR;
}

/**
 * Takes a batch apart, message by message as they are taken: those that wait in it are its bytes and no more.
 * @param binary whether its serializer is
 * @throws ProtocolError, before the first, for one that is empty or that ends in the middle of a message
 */
export function readBatch(batch: Frame, binary: boolean): IterableIterator<Frame> {
  if (batch.length === 0) throw new ProtocolError('a batch holds at least one message');
  if (binary) return readBinary(batch);
  return typeof batch === 'string' ? readText(batch) : readTextBytes(batch);
}

function readText(batch: string): IterableIterator<string> {
  const separator = String.fromCharCode(separatorOf(batch));
  if (!batch.endsWith(separator)) throw new ProtocolError(UNENDED);
  return texts(batch, separator);
}

// Each at the top, for a generator that is made within a function is another one each time, and many times as slow.
function* texts(batch: string, separator: string): IterableIterator<string> {
  for (let start = 0, end: number; start < batch.length; start = end + 1) {
    end = batch.indexOf(separator, start);
    yield batch.slice(start, end);
  }
}

function readTextBytes(batch: Uint8Array): IterableIterator<Uint8Array> {
  const separator = separatorOf(batch);
  if (batch[batch.byteLength - 1] !== separator) throw new ProtocolError(UNENDED);
  return textsInBytes(batch, separator);
}

function* textsInBytes(batch: Uint8Array, separator: number): IterableIterator<Uint8Array> {
  for (let start = 0, end: number; start < batch.byteLength; start = end + 1) {
    end = batch.indexOf(separator, start);
    yield batch.subarray(start, end);
  }
}

function readBinary(batch: Frame): IterableIterator<Uint8Array> {
  if (typeof batch === 'string') throw new ProtocolError('a batch of a binary serializer is text');
  const { byteLength } = batch;
  const view = new DataView(batch.buffer, batch.byteOffset, byteLength);
  for (let at = 0; at < byteLength; ) {
    const start = at + PREFIX;
    at = start <= byteLength ? start + view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (at > byteLength) throw new ProtocolError('a batch ends in the middle of a message');
  }
  return parts(batch, view);
}

function* parts(batch: Uint8Array, view: DataView): IterableIterator<Uint8Array> {
  for (let at = 0; at < batch.byteLength; ) {
    const start = at + PREFIX;
    at = start + view.getUint32(at);
    yield batch.subarray(start, at);
  }
}
