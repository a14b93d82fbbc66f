import { ProtocolError } from '../wire/errors.js';
import { type Cursor, INDEFINITE, Kind, malformed, type ReadFormat } from './cursor.js';
import { decodeText } from './utf8.js';

/**
 * Builds the value of the item at the cursor, which need not have been scanned before.
 * @param left how many levels of lists, dictionaries and tags may still follow
 * @throws ProtocolError when the item is malformed, nested deeper, or has no counterpart in JavaScript
 */
export function readItem(cursor: Cursor, format: ReadFormat, left: number): unknown {
  format.head(cursor);
  switch (cursor.kind) {
    case Kind.SCALAR:
      return cursor.value;
    case Kind.TEXT:
      return readText(cursor, format);
    case Kind.BYTES:
      return readBytes(cursor, format);
    case Kind.EXTENSION:
      return format.tagged(cursor.tag, readBytes(cursor, format));
    case Kind.BREAK:
      throw malformed(cursor, format, 'a break ends nothing');
    case Kind.UNKNOWN:
      throw new ProtocolError(`a ${format.name} value has no counterpart in JavaScript`);
  }
  if (left === 0) throw malformed(cursor, format, 'a message is nested too deep');
  if (cursor.kind === Kind.LIST) return readList(cursor, format, left - 1);
  if (cursor.kind === Kind.DICT) return readDict(cursor, format, left - 1);
  const { tag } = cursor;
  return format.tagged(tag, readItem(cursor, format, left - 1));
}

function readText(cursor: Cursor, format: ReadFormat): string {
  if (cursor.size === INDEFINITE) {
    let text = '';
    while (atChunk(cursor, format, Kind.TEXT)) text += readText(cursor, format);
    return text;
  }
  const start = cursor.skip(cursor.size);
  try {
    return decodeText(cursor.bytes, start, cursor.at);
  } catch {
    throw malformed(cursor, format, 'text is not UTF-8');
  }
}

/** A copy: the frame's memory is the transport's, and a view would keep all of it alive. */
function readBytes(cursor: Cursor, format: ReadFormat): Uint8Array {
  if (cursor.size !== INDEFINITE) {
    const start = cursor.skip(cursor.size);
    return new Uint8Array(cursor.bytes.subarray(start, cursor.at));
  }
  const chunks: Uint8Array[] = [];
  while (atChunk(cursor, format, Kind.BYTES)) chunks.push(readBytes(cursor, format));
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function readList(cursor: Cursor, format: ReadFormat, left: number): unknown[] {
  const list: unknown[] = [];
  if (cursor.size !== INDEFINITE) {
    for (let more = cursor.size; more > 0; more--) list.push(readItem(cursor, format, left));
    return list;
  }
  while (!atBreak(cursor, format)) list.push(readItem(cursor, format, left));
  return list;
}

function readDict(cursor: Cursor, format: ReadFormat, left: number): Record<string, unknown> {
  const dict: Record<string, unknown> = {};
  if (cursor.size !== INDEFINITE) {
    for (let more = cursor.size; more > 0; more--) readPair(cursor, format, dict, left);
    return dict;
  }
  while (!atBreak(cursor, format)) readPair(cursor, format, dict, left);
  return dict;
}

function readPair(cursor: Cursor, format: ReadFormat, dict: Record<string, unknown>, left: number): void {
  const key = toKey(readItem(cursor, format, left), format);
  const value = readItem(cursor, format, left);
  // Assigned, this one key would set the prototype; defined, it is a property like any other.
  if (key === '__proto__') {
    Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true });
  } else dict[key] = value;
}

/** Keys are text; an integer, which other languages allow, becomes its digits, as it does when they write JSON. */
function toKey(key: unknown, format: ReadFormat): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'bigint' || Number.isInteger(key)) return String(key);
  throw new ProtocolError(`a ${format.name} dictionary has a key that is no text`);
}

/** Reads the head of the next chunk of text or bytes; false when it is the break behind the last. */
function atChunk(cursor: Cursor, format: ReadFormat, kind: Kind): boolean {
  format.head(cursor);
  if (cursor.kind === Kind.BREAK) return false;
  if (cursor.kind !== kind || cursor.size === INDEFINITE) throw malformed(cursor, format, 'a chunk is of another type');
  return true;
}

/** Whether a break comes next; moves over it if so. */
export function atBreak(cursor: Cursor, format: ReadFormat): boolean {
  const { at } = cursor;
  format.head(cursor);
  if (cursor.kind === Kind.BREAK) return true;
  cursor.at = at;
  return false;
}
