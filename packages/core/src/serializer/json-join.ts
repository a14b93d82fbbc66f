import { utf8Length } from '../wire/encoded.js';
import { writeField } from './json-write.js';
import type { Slab } from './slab.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const LIST_END = 0x5d;
const utf8 = new TextEncoder();

/**
 * A frame of an envelope and the elements behind it, written right into its memory: code, ids, an empty dictionary and
 * a URI, of which nearly every envelope consists, are not turned into text first.
 * @param tail the payload's elements, without brackets around them
 * @throws EncodeError
 */
export function joinJson(
  fields: readonly unknown[],
  tail: Uint8Array | undefined,
  maxDepth: number,
  slab: Slab,
): Uint8Array {
  const texts = textsOf(fields, maxDepth);
  const start = slab.open(limitOf(fields, texts) + (tail ? tail.length + 1 : 0));
  const { bytes } = slab;
  let at = start;
  bytes[at++] = LIST;
  for (let i = 0; i < fields.length; i++) {
    if (i > 0) bytes[at++] = COMMA;
    const field = fields[i];
    const text = texts?.[i];
    if (text !== undefined) at += utf8.encodeInto(text, bytes.subarray(at)).written;
    else if (typeof field === 'number') at = writeDigits(field, bytes, at);
    else if (typeof field === 'string') at = writePlain(field, bytes, at);
    else {
      bytes[at++] = 0x7b;
      bytes[at++] = 0x7d;
    }
  }
  if (tail) {
    bytes[at++] = COMMA;
    bytes.set(tail, at);
    at += tail.length;
  }
  bytes[at++] = LIST_END;
  return slab.close(at);
}

/** By index, the text of those fields that are not simple; `undefined` where all of them are. */
function textsOf(fields: readonly unknown[], maxDepth: number): (string | undefined)[] | undefined {
  let texts: (string | undefined)[] | undefined;
  for (let i = 0; i < fields.length; i++) {
    if (isSimple(fields[i])) continue;
    texts ??= [];
    texts[i] = writeField(fields[i], i, maxDepth);
  }
  return texts;
}

function isSimple(field: unknown): boolean {
  if (typeof field === 'number') return Number.isSafeInteger(field) && field >= 0 && !Object.is(field, -0);
  if (typeof field === 'string') return isPlainText(field);
  return typeof field === 'object' && field !== null && isEmptyDict(field);
}

/** Bytes that an envelope takes at most, its brackets included. */
function limitOf(fields: readonly unknown[], texts: readonly (string | undefined)[] | undefined): number {
  let limit = 2;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    const text = texts?.[i];
    // To the byte, for WELCOME has a long text, and memory that is not needed is filled and held on to as the rest is. 16
    // digits; a quote on either side; and the comma.
    if (text !== undefined) limit += utf8Length(text) + 1;
    else limit += typeof field === 'string' ? field.length + 3 : 17;
  }
  return limit;
}

function isEmptyDict(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const _ in value) return false;
  return true;
}

/** Whether text stands for itself in JSON and takes a byte a character. */
function isPlainText(text: string): boolean {
  if (text.length > 64) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit >= 0x7f || unit === QUOTE || unit === BACKSLASH) return false;
  }
  return true;
}

function writePlain(text: string, bytes: Uint8Array, from: number): number {
  let at = from;
  bytes[at++] = QUOTE;
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  bytes[at++] = QUOTE;
  return at;
}

/** Digits come last to first; in halves that are small integers, on which arithmetic is several times as fast. */
function writeDigits(value: number, bytes: Uint8Array, from: number): number {
  const high = Math.floor(value / 1e8);
  const end = from + digitsOf(value);
  let rest = value - high * 1e8;
  let at = end;
  if (high > 0) {
    for (let i = 0; i < 8; i++) {
      const tenth = (rest / 10) | 0;
      bytes[--at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    rest = high;
  }
  while (at > from) {
    const tenth = (rest / 10) | 0;
    bytes[--at] = 0x30 + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}
