import { ProtocolError } from '../wire/errors.js';
import { type Cursor, INDEFINITE, Kind, type ReadFormat } from './cursor.js';

// Stateless between calls; a byte order mark is a character like others.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Builds the value of the item at the cursor, which `skipItem` has found well formed: its depth is bounded.
 * @throws ProtocolError when an item has no counterpart in JavaScript
 */
export function readItem(cursor: Cursor, format: ReadFormat): unknown {
  format.head(cursor);
  switch (cursor.kind) {
    case Kind.SCALAR:
      return cursor.value;
    case Kind.TEXT:
      return readText(cursor, format);
    case Kind.BYTES:
      return readBytes(cursor, format);
    case Kind.LIST:
      return readList(cursor, format);
    case Kind.DICT:
      return readDict(cursor, format);
    case Kind.TAG: {
      const { tag } = cursor;
      return format.tagged(tag, readItem(cursor, format));
    }
    case Kind.EXTENSION:
      return format.tagged(cursor.tag, readBytes(cursor, format));
  }
  throw new ProtocolError(`a ${format.name} value has no counterpart in JavaScript`);
}

function readText(cursor: Cursor, format: ReadFormat): string {
  if (cursor.size === INDEFINITE) {
    let text = '';
    for (format.head(cursor); cursor.kind !== Kind.BREAK; format.head(cursor)) text += readText(cursor, format);
    return text;
  }
  const start = cursor.skip(cursor.size);
  return decodeText(cursor.bytes, start, cursor.at);
}

/** Short ASCII is put together here, because a call to the decoder costs more. */
function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 24) return utf8.decode(bytes.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return utf8.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** A copy: the frame's memory is the transport's, and a view would keep all of it alive. */
function readBytes(cursor: Cursor, format: ReadFormat): Uint8Array {
  if (cursor.size !== INDEFINITE) {
    const start = cursor.skip(cursor.size);
    return new Uint8Array(cursor.bytes.subarray(start, cursor.at));
  }
  const all: number[] = [];
  for (format.head(cursor); cursor.kind !== Kind.BREAK; format.head(cursor)) {
    for (const byte of readBytes(cursor, format)) all.push(byte);
  }
  return Uint8Array.from(all);
}

function readList(cursor: Cursor, format: ReadFormat): unknown[] {
  const list: unknown[] = [];
  if (cursor.size !== INDEFINITE) {
    for (let left = cursor.size; left > 0; left--) list.push(readItem(cursor, format));
    return list;
  }
  while (!atBreak(cursor, format)) list.push(readItem(cursor, format));
  return list;
}

function readDict(cursor: Cursor, format: ReadFormat): Record<string, unknown> {
  const dict: Record<string, unknown> = {};
  if (cursor.size !== INDEFINITE) {
    for (let left = cursor.size; left > 0; left--) readPair(cursor, format, dict);
    return dict;
  }
  while (!atBreak(cursor, format)) readPair(cursor, format, dict);
  return dict;
}

function readPair(cursor: Cursor, format: ReadFormat, dict: Record<string, unknown>): void {
  const key = toKey(readItem(cursor, format), format);
  const value = readItem(cursor, format);
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

/** Whether a break comes next; moves over it if so. */
export function atBreak(cursor: Cursor, format: ReadFormat): boolean {
  const { at } = cursor;
  format.head(cursor);
  if (cursor.kind === Kind.BREAK) return true;
  cursor.at = at;
  return false;
}
