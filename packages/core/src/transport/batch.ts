import type { Encoded, Framing } from '../wire/encoded.js';
import { ProtocolError } from '../wire/errors.js';
import type { Frame } from '../wire/serializer.js';

/** What a serializer's subprotocol ends in when several messages go in one WebSocket message (spec: "Message Batching"). */
export const BATCHED = '.batched';

/** Ends each message of a text batch; JSON never has it unescaped. */
const SEPARATOR = '\u001e';
/** The specification says `\30`, octet 0x1e; Autobahn|Python and Crossbar.io read the first of that in octal. */
const OCTAL = '\u0018';
/** Octets of the length before each message of a binary batch. */
const PREFIX = 4;

const utf8 = new TextEncoder();

/** A message as a part of a batch: a batch is such parts, one behind the other. */
export function batchPart({ data, binary }: Encoded, separator = SEPARATOR): Frame {
  if (typeof data === 'string') return data + separator;
  const { byteLength } = data;
  const part = new Uint8Array(byteLength + (binary ? PREFIX : 1));
  part.set(data, binary ? PREFIX : 0);
  if (binary) new DataView(part.buffer).setUint32(0, byteLength);
  else part[byteLength] = separator.charCodeAt(0);
  return part;
}

/** As `batchPart`, in bytes. */
export const batchPartBytes: Framing = (message) => bytesOf(batchPart(message));
const octalPartBytes: Framing = (message) => bytesOf(batchPart(message, OCTAL));

/** The parts for a peer that sent this batch of text: they end as its own do. */
export function framingLike(batch: Uint8Array): Framing {
  return batch.at(-1) === OCTAL.charCodeAt(0) ? octalPartBytes : batchPartBytes;
}

function bytesOf(part: Frame): Uint8Array {
  return typeof part === 'string' ? utf8.encode(part) : part;
}

/**
 * Takes a batch apart.
 * @param binary whether its serializer is
 * @throws ProtocolError for one that is empty, or that ends in the middle of a message
 */
export function readBatch(batch: Frame, binary: boolean): readonly Frame[] {
  const messages = binary ? readBinary(batch) : typeof batch === 'string' ? readText(batch) : readTextBytes(batch);
  if (messages.length === 0) throw new ProtocolError('a batch holds at least one message');
  return messages;
}

function readText(batch: string): readonly string[] {
  const messages = batch.split(batch.endsWith(OCTAL) ? OCTAL : SEPARATOR);
  if (messages.pop() !== '') throw new ProtocolError('each message of a batch ends with the separator 0x1e');
  return messages;
}

function readTextBytes(batch: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  const separator = (batch.at(-1) === OCTAL.charCodeAt(0) ? OCTAL : SEPARATOR).charCodeAt(0);
  let start = 0;
  for (let end = batch.indexOf(separator); end >= 0; end = batch.indexOf(separator, start)) {
    messages.push(batch.subarray(start, end));
    start = end + 1;
  }
  if (start < batch.byteLength) throw new ProtocolError('each message of a batch ends with the separator 0x1e');
  return messages;
}

function readBinary(batch: Frame): readonly Uint8Array[] {
  if (typeof batch === 'string') throw new ProtocolError('a batch of a binary serializer is text');
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < batch.byteLength; ) {
    const start = at + PREFIX;
    const end = start <= batch.byteLength ? start + view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (end > batch.byteLength) throw new ProtocolError('a batch ends in the middle of a message');
    messages.push(batch.subarray(start, end));
    at = end;
  }
  return messages;
}
