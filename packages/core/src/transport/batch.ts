import type { Encoded, Framing } from '../wire/encoded.js';
import { ProtocolError } from '../wire/errors.js';
import type { Frame } from '../wire/serializer.js';

/** What a serializer's subprotocol ends in when several messages go in one WebSocket message (spec: "Message Batching"). */
export const BATCHED = '.batched';
/** What stands before it where Wigwag's own client and router agree on that, whoever else may read the name. */
export const OWN = 'wigwag.';
/** Bytes that a batch of several messages does not pass, so that it stays far below any limit on messages. */
export const MAX_BATCH = 64 * 1024;
/** Bytes around a message in a batch, at most. */
export const BATCH_OVERHEAD = 4;

/** Ends each message of a text batch; JSON never has it unescaped. */
const SEPARATOR = '\u001e';
/** The specification says `\30`, octet 0x1e; Autobahn|Python and Crossbar.io read the first of that in octal. */
const OCTAL = '\u0018';
/** Octets of the length before each message of a binary batch. */
const PREFIX = BATCH_OVERHEAD;

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
/** The same for a peer whose batches are octal. */
export const octalPartBytes: Framing = (message) => bytesOf(batchPart(message, OCTAL));

/** Whether the messages of this batch of text end as Autobahn|Python has it; it reads what ends so, and no other. */
export function isOctal(batch: Uint8Array): boolean {
  return batch.at(-1) === OCTAL.charCodeAt(0);
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
  const separator = (isOctal(batch) ? OCTAL : SEPARATOR).charCodeAt(0);
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
