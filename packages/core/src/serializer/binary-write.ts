import type { ByteWriter } from './byte-writer.js';
import { Kind } from './cursor.js';
import { isBytes, isDate, isExact, isPlain, refuse, refuseDepth, refuseValue, type Writing } from './writing.js';

/** What a binary format has to know to be written; every size and integer goes out in its shortest form. */
export interface WriteFormat {
  readonly name: string;
  readonly null: number;
  readonly false: number;
  readonly true: number;
  /** The byte before a float of 64 bits. */
  readonly float: number;
  head(to: ByteWriter, kind: Kind, size: number): void;
  /** @param value an integer of at most 2^53 either way */
  integer(to: ByteWriter, value: number): void;
  /** @returns false when the format has no integer as large */
  bigint(to: ByteWriter, value: bigint): boolean;
  /** @param milliseconds since 1970 @returns false when the format cannot say exactly that */
  date(to: ByteWriter, milliseconds: number): boolean;
}

/**
 * Writes a value, complete or not at all: what would come back as something else is refused. A dictionary's undefined
 * properties are left off.
 * @param depth how many of the path's keys lead to this value
 * @throws EncodeError
 */
export function writeItem(value: unknown, to: ByteWriter, format: WriteFormat, writing: Writing, depth: number): void {
  switch (typeof value) {
    case 'string':
      writeText(value, to, format, writing, depth);
      break;
    case 'number':
      writeNumber(value, to, format, writing);
      break;
    case 'boolean':
      to.uint(value ? format.true : format.false, 1);
      break;
    case 'bigint':
      if (!format.bigint(to, value)) refuse(writing, depth, `is an integer too large for ${format.name}`);
      break;
    case 'object':
      if (value === null) to.uint(format.null, 1);
      else writeObject(value, to, format, writing, depth);
      break;
    default:
      refuseValue(value, writing, depth);
  }
}

function writeText(text: string, to: ByteWriter, format: WriteFormat, writing: Writing, depth: number): void {
  if (!to.text(text, format)) refuse(writing, depth, 'has half a surrogate pair, which is no text in UTF-8');
}

function writeNumber(value: number, to: ByteWriter, format: WriteFormat, writing: Writing): void {
  if (Number.isInteger(value) && isExact(value, writing) && !Object.is(value, -0)) format.integer(to, value);
  else {
    to.uint(format.float, 1);
    to.float64(value);
  }
}

function writeObject(value: object, to: ByteWriter, format: WriteFormat, writing: Writing, depth: number): void {
  if (isBytes(value)) {
    format.head(to, Kind.BYTES, value.length);
    to.bytes(value);
    return;
  }
  if (depth > writing.maxDepth) refuseDepth(writing, depth);
  if (Array.isArray(value)) {
    format.head(to, Kind.LIST, value.length);
    for (let i = 0; i < value.length; i++) {
      writing.path[depth] = i;
      writeItem(value[i], to, format, writing, depth + 1);
    }
  } else if (isPlain(value)) writeDict(value, to, format, writing, depth);
  else if (!isDate(value)) refuseValue(value, writing, depth);
  else if (!format.date(to, value.getTime())) refuse(writing, depth, `is a date that ${format.name} cannot carry`);
}

function writeDict(
  dict: Readonly<Record<string, unknown>>,
  to: ByteWriter,
  format: WriteFormat,
  writing: Writing,
  depth: number,
): void {
  const keys = Object.keys(dict);
  let size = 0;
  for (const key of keys) if (dict[key] !== undefined) size++;
  format.head(to, Kind.DICT, size);
  for (const key of keys) {
    const value = dict[key];
    if (value === undefined) continue;
    writing.path[depth] = key;
    writeText(key, to, format, writing, depth + 1);
    writeItem(value, to, format, writing, depth + 1);
  }
}
