import { toBase64 } from '../wire/base64.js';
import type { Values } from '../wire/payload.js';
import { MAX_DIGITS } from './elements.js';
import {
  isBytes,
  isExact,
  isPlain,
  refuse,
  refuseDepth,
  refuseValue,
  type Writing,
  writingEnvelope,
  writingPayload,
} from './writing.js';

/** An envelope's elements, without brackets around them. @throws EncodeError */
export function writeEnvelope(fields: readonly unknown[], maxDepth: number): string {
  return writeAll(fields, writingEnvelope(maxDepth), 2);
}

/** One element of an envelope. @param at which one it is @throws EncodeError */
export function writeField(value: unknown, at: number, maxDepth: number): string {
  const writing = writingEnvelope(maxDepth);
  writing.path[1] = at;
  return writeJson(value, writing, 2);
}

/** A payload's elements, without brackets around them. @throws EncodeError */
export function writePayload(values: Values, maxDepth: number): string {
  const writing = writingPayload(maxDepth);
  const args = writeJson(values.opaque ?? values.args, writing, 1);
  if (values.kwargs === undefined || values.opaque !== undefined) return args;
  writing.path[0] = 'kwargs';
  return `${args},${writeJson(values.kwargs, writing, 1)}`;
}

/**
 * A value as JSON, complete or not at all. What `JSON.stringify` would turn into something else without a word (NaN,
 * a Date, undefined in a list …) is refused; a dictionary's undefined properties are left off. Bytes become
 * `"\u0000"` + base64, a bigint its digits; a number beyond 2^53-1 gets an exponent, so that it reads as a number.
 * @param depth how many of the path's keys lead to this value
 * @throws EncodeError
 */
function writeJson(value: unknown, writing: Writing, depth: number): string {
  switch (typeof value) {
    case 'string':
      if (value.charCodeAt(0) === 0) refuse(writing, depth, 'starts with U+0000, which marks binary data in JSON');
      return JSON.stringify(value);
    case 'number':
      return writeNumber(value, writing, depth);
    case 'boolean':
      return String(value);
    case 'bigint':
      return writeBigint(value, writing, depth);
    case 'object':
      if (value === null) return 'null';
      if (isBytes(value)) return `"\\u0000${toBase64(value)}"`;
      if (depth > writing.maxDepth) refuseDepth(writing, depth);
      if (Array.isArray(value)) return `[${writeAll(value, writing, depth + 1)}]`;
      if (isPlain(value)) return writeDict(value, writing, depth);
  }
  return refuseValue(value, writing, depth);
}

function writeNumber(value: number, writing: Writing, depth: number): string {
  if (!Number.isFinite(value)) refuse(writing, depth, `is ${value}, which JSON cannot carry`);
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) && !isExact(value, writing) ? value.toExponential() : String(value);
}

function writeBigint(value: bigint, writing: Writing, depth: number): string {
  const digits = String(value);
  if (digits.length > MAX_DIGITS) refuse(writing, depth, `is an integer of more than ${MAX_DIGITS} digits`);
  return digits;
}

/** Values one after the other, with commas between them. */
function writeAll(list: readonly unknown[], writing: Writing, depth: number): string {
  let text = '';
  for (let i = 0; i < list.length; i++) {
    writing.path[depth - 1] = i;
    text += (i > 0 ? ',' : '') + writeJson(list[i], writing, depth);
  }
  return text;
}

function writeDict(dict: Readonly<Record<string, unknown>>, writing: Writing, depth: number): string {
  let text = '';
  for (const key of Object.keys(dict)) {
    const value = dict[key];
    if (value === undefined) continue;
    writing.path[depth] = key;
    text += `${text && ','}${JSON.stringify(key)}:${writeJson(value, writing, depth + 1)}`;
  }
  return `{${text}}`;
}
