import { ProtocolError } from '../wire/errors.js';
import { MAX_DIGITS } from './elements.js';
import { endOfSequence } from './utf8.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const LIST_END = 0x5d;
const DICT = 0x7b;
const DICT_END = 0x7d;

/** By byte: 1 for what stands for itself in a string, that is printable ASCII but the quote and the backslash. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
/** By byte: 1 for what may follow a backslash alone. */
const escaped = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** What is open around the value that is scanned, from the outermost in; one for all scans, which never interrupt another. */
let open = new Uint8Array(64);

/**
 * Checks that bytes are one JSON array and nothing else (RFC 8259, UTF-8 included) without building any of it.
 * It uses no stack but its own, and a table instead of branches where most bytes are: inside strings.
 * @param maxDepth how deep lists and dictionaries may nest inside one element
 * @returns start and end of each element of the array, one after the other: `[start, end, start, end …]`
 * @throws ProtocolError
 */
export function scanJson(bytes: Uint8Array, maxDepth: number): number[] {
  const elements: number[] = [];
  /** How much of `open` counts; the message's own array does not. */
  let depth = 0;
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== LIST) throw malformed(at, 'a message is an array');
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === LIST_END) return finish(bytes, at, elements);

  for (;;) {
    if (depth === 0) elements.push(at);
    const byte = bytes[at];
    if (byte === LIST || byte === DICT) {
      if (depth === maxDepth) throw malformed(at, 'a message is nested too deep');
      const inside = skipSpace(bytes, at + 1);
      if (bytes[inside] === byte + 2) {
        at = inside + 1;
      } else {
        if (depth === open.length) open = twiceAsLong(open);
        open[depth++] = byte;
        at = byte === DICT ? endOfKey(bytes, inside) : inside;
        continue;
      }
    } else {
      at = byte === QUOTE ? endOfString(bytes, at) : endOfAtom(bytes, at);
    }

    // Behind a value: what is open ends, or goes on with another value.
    for (;;) {
      if (depth === 0) elements.push(at);
      at = skipSpace(bytes, at);
      const next = bytes[at];
      const around = depth === 0 ? LIST : open[depth - 1];
      if (next === COMMA) {
        at = skipSpace(bytes, at + 1);
        if (around === DICT) at = endOfKey(bytes, at);
        break;
      }
      if (next !== (around === DICT ? DICT_END : LIST_END))
        throw malformed(at, 'a comma or a closing bracket is missing');
      if (depth === 0) return finish(bytes, at, elements);
      depth--;
      at++;
    }
  }
}

function twiceAsLong(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(2 * bytes.length);
  longer.set(bytes);
  return longer;
}

function finish(bytes: Uint8Array, at: number, elements: number[]): number[] {
  const end = skipSpace(bytes, at + 1);
  if (end !== bytes.length) throw malformed(end, 'something follows the message');
  return elements;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at] ?? 0xff; byte <= 0x20; byte = bytes[at] ?? 0xff) {
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
  return at;
}

/** From a key to the value behind its colon. */
function endOfKey(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) throw malformed(from, 'a key is a string');
  const at = skipSpace(bytes, endOfString(bytes, from));
  if (bytes[at] !== COLON) throw malformed(at, 'a colon follows a key');
  return skipSpace(bytes, at + 1);
}

function endOfString(bytes: Uint8Array, from: number): number {
  const end = bytes.length;
  let at = from + 1;
  let long = at + 64;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (plain[byte] === 1) {
      if (++at === long) {
        at = skipPlain(bytes, at);
        long = at + 64;
      }
    } else if (byte === QUOTE) return at + 1;
    else if (byte === BACKSLASH) at = endOfEscape(bytes, at);
    else if (byte < 0x20) throw malformed(at, 'a control character stands in a string');
    else {
      at = endOfSequence(bytes, at, end);
      if (at < 0) throw malformed(from, 'a string is not UTF-8');
    }
  }
  throw malformed(from, 'a string has no end');
}

/**
 * To a byte that is not plain, or up to three before it: four bytes at a time, which takes a third of the time that one
 * by one does. A byte's top bit ends up set in `v` if it is no ASCII, in `v - 0x20…` if it is a control character, and
 * in the others if it is the quote or the backslash.
 */
function skipPlain(bytes: Uint8Array, from: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const last = bytes.length - 4;
  let at = from;
  for (; at <= last; at += 4) {
    const v = view.getInt32(at, true);
    const found = v | (v - 0x20202020) | ((v ^ 0x22222222) - 0x01010101) | ((v ^ 0x5c5c5c5c) - 0x01010101);
    if ((found & 0x80808080) !== 0) break;
  }
  return at;
}

function endOfEscape(bytes: Uint8Array, from: number): number {
  const byte = bytes[from + 1] ?? 0;
  if (escaped[byte] === 1) return from + 2;
  if (byte !== 0x75) throw malformed(from, 'there is no such escape');
  for (let at = from + 2; at < from + 6; at++) {
    const digit = bytes[at] ?? 0;
    if (!isDigit(digit) && !((digit | 0x20) >= 0x61 && (digit | 0x20) <= 0x66))
      throw malformed(at, 'an escape has four hex digits');
  }
  return from + 6;
}

/** A number, `true`, `false` or `null`. */
function endOfAtom(bytes: Uint8Array, from: number): number {
  const byte = bytes[from];
  if (byte === 0x74) return endOfWord(bytes, from, 'true');
  if (byte === 0x66) return endOfWord(bytes, from, 'false');
  if (byte === 0x6e) return endOfWord(bytes, from, 'null');
  return endOfNumber(bytes, from);
}

function endOfWord(bytes: Uint8Array, from: number, word: string): number {
  for (let i = 0; i < word.length; i++) {
    if (bytes[from + i] !== word.charCodeAt(i)) throw malformed(from, `${word} was expected`);
  }
  return from + word.length;
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  at = bytes[at] === 0x30 ? at + 1 : endOfDigits(bytes, at);
  if (bytes[at] === DOT) at = endOfDigits(bytes, at + 1);
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const signed = bytes[at + 1] === MINUS || bytes[at + 1] === 0x2b;
    at = endOfDigits(bytes, signed ? at + 2 : at + 1);
  }
  return at;
}

function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] ?? 0)) at++;
  if (at === from) throw malformed(at, 'a value or a digit is missing');
  if (at - from > MAX_DIGITS) throw malformed(at, `a number has more than ${MAX_DIGITS} digits`);
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function malformed(at: number, why: string): ProtocolError {
  return new ProtocolError(`malformed JSON at byte ${at}: ${why}`);
}
