import { fromBase64 } from '../wire/base64.js';
import { ProtocolError } from '../wire/errors.js';
import { MAX_ID } from '../wire/ids.js';
import type { Values } from '../wire/payload.js';
import { toValues } from './elements.js';
import { parseExact } from './json-exact.js';
import { isPlain } from './writing.js';

// Stateless between calls. Fatal, because a text frame that is not UTF-8 is malformed; a byte order mark is no JSON.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws ProtocolError when the bytes are not UTF-8. */
export function toText(frame: string | Uint8Array): string {
  if (typeof frame === 'string') return frame;
  try {
    return utf8.decode(frame);
  } catch (cause) {
    throw new ProtocolError('a frame is not UTF-8', undefined, undefined, { cause });
  }
}

/** What `JSON.parse` makes. */
type Json = number | string | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * One JSON array, with integers digit for digit and bytes for binary data.
 * @param envelopeOf how many of its elements are the envelope, where it starts with this one
 * @throws ProtocolError when the text is anything else than one JSON array, or one of its elements is nested too deep
 */
export function readList(text: string, maxDepth: number, envelopeOf: (first: unknown) => number): unknown[] {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError('a frame is not JSON', undefined, undefined, { cause });
  }
  // A look at the values costs a fraction of a search for long numbers in the text.
  const rounded = isList(parsed) && isRoundedIn(parsed, maxDepth);
  const list = rounded ? parseExact(text) : parsed;
  if (!Array.isArray(list)) throw new ProtocolError('a message is an array');
  if (rounded || text.includes('\\u0000')) reviveAll(list, envelopeOf(list[0]));
  return list;
}

/**
 * Whether `JSON.parse` may have rounded an integer somewhere in a value, for it is beyond 2^53-1.
 * @param left how many levels of lists and dictionaries may still follow
 * @throws ProtocolError when the value is nested deeper
 */
function isRounded(value: Json, left: number): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) throw new ProtocolError('a message is nested too deep');
  if (isList(value)) return isRoundedIn(value, left - 1);
  let rounded = false;
  for (const key in value) rounded = isRounded(value[key] ?? null, left - 1) || rounded;
  return rounded;
}

const isList: (value: Json) => value is readonly Json[] = Array.isArray;

/** All of them are looked at, because any may be nested too deep. */
function isRoundedIn(list: readonly Json[], left: number): boolean {
  let rounded = false;
  for (let i = 0; i < list.length; i++) rounded = isRounded(list[i] ?? null, left) || rounded;
  return rounded;
}

/**
 * Gives parsed elements their last touch: bytes for binary data, 2^53 as a number in an envelope.
 * @param envelope how many of them are the envelope
 */
function reviveAll(elements: unknown[], envelope: number): void {
  for (let i = 0; i < elements.length; i++) elements[i] = revive(elements[i], i < envelope);
}

/**
 * Turns `"\u0000"` + base64 into bytes, in place and at any depth, which has been checked. In an envelope 2^53
 * becomes a number, for it is the largest id; elsewhere it is a bigint like all integers beyond 2^53-1.
 */
function revive(value: unknown, envelope: boolean): unknown {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? (fromBase64(value.slice(1)) ?? value) : value;
  if (typeof value === 'bigint') return envelope && value === BigInt(MAX_ID) ? MAX_ID : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) reviveAll(value, envelope ? value.length : 0);
  else if (isPlain(value)) {
    for (const key of Object.keys(value)) {
      const now = revive(value[key], envelope);
      // Every key is the dictionary's own, `__proto__` included, so that assigning to it changes no prototype.
      if (now !== value[key]) value[key] = now;
    }
  }
  return value;
}

/** The payload in the text of its elements, without brackets around them. @throws ProtocolError */
export function readPayload(elements: string, maxDepth: number): Values {
  return toValues(readList(`[${elements}]`, maxDepth, noEnvelope));
}

function noEnvelope(): number {
  return 0;
}
