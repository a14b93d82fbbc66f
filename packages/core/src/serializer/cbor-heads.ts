import { ProtocolError } from '../wire/errors.js';
import { type Cursor, INDEFINITE, Kind, type ReadFormat } from './cursor.js';

/** By major type. */
const kinds = [Kind.SCALAR, Kind.SCALAR, Kind.BYTES, Kind.TEXT, Kind.LIST, Kind.DICT, Kind.TAG] as const;
/** By additional information, from 20 on. */
const simples = [false, true, null, undefined] as const;

/** How CBOR is read (RFC 8949): items of indefinite length and any well-formed tag included. */
export const cborHeads: ReadFormat = {
  name: 'CBOR',

  head(cursor) {
    const initial = cursor.uint(1);
    const major = initial >> 5;
    const info = initial & 0x1f;
    if (major === 7) readSimple(cursor, info);
    else if (info !== 31) readItemHead(cursor, major, info < 24 ? info : readArgument(cursor, info));
    else if (major < 2 || major === 6) throw reserved(cursor);
    else cursor.item(kinds[major] ?? Kind.UNKNOWN, INDEFINITE);
  },

  tagged(tag, content) {
    if (tag === 0 && typeof content === 'string') return date(Date.parse(content));
    if (tag === 1 && typeof content === 'number') return date(Math.round(content * 1000));
    if (tag === 2 && content instanceof Uint8Array) return narrow(bignum(content));
    if (tag === 3 && content instanceof Uint8Array) return narrow(-1n - bignum(content));
    // Self-described CBOR, and the typed array that bytes are: the tag adds nothing.
    if (tag === 55799 || (tag === 64 && content instanceof Uint8Array)) return content;
    throw new ProtocolError(`CBOR tag ${tag} cannot be decoded`);
  },
};

function readItemHead(cursor: Cursor, major: number, argument: number | bigint): void {
  if (major === 0) cursor.scalar(argument);
  else if (major === 1) cursor.scalar(negative(argument));
  // A size beyond 2^53 is beyond what any frame holds, so that rounding it does no harm.
  else cursor.item(kinds[major] ?? Kind.UNKNOWN, Number(argument), Number(argument));
}

function readArgument(cursor: Cursor, info: number): number | bigint {
  if (info === 24) return cursor.uint(1);
  if (info === 25) return cursor.uint(2);
  if (info === 26) return cursor.uint(4);
  if (info === 27) return cursor.uint64();
  throw reserved(cursor);
}

/** -1 - argument, where that may be -2^53, the first that is no safe integer. */
function negative(argument: number | bigint): number | bigint {
  return argument < Number.MAX_SAFE_INTEGER ? -1 - Number(argument) : -1n - BigInt(argument);
}

/** Major type 7: floats, and values that are their own head. */
function readSimple(cursor: Cursor, info: number): void {
  if (info >= 20 && info <= 23) cursor.scalar(simples[info - 20]);
  else if (info === 25) cursor.scalar(half(cursor.uint(2)));
  else if (info === 26) cursor.scalar(cursor.view.getFloat32(cursor.skip(4)));
  else if (info === 27) cursor.scalar(cursor.view.getFloat64(cursor.skip(8)));
  else if (info === 31) cursor.item(Kind.BREAK, 0);
  else if (info > 24 || (info === 24 && cursor.uint(1) < 32)) throw reserved(cursor);
  else cursor.item(Kind.UNKNOWN, 0);
}

/** A float of 16 bits: sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (fraction + 1024) * 2 ** (exponent - 25));
}

/** The most bytes of a bignum: its digits are then within what JSON may have, so that it can go on as JSON. */
export const MAX_BIGNUM = 1700;

function bignum(bytes: Uint8Array): bigint {
  if (bytes.length > MAX_BIGNUM) throw new ProtocolError(`a CBOR bignum has more than ${MAX_BIGNUM} bytes`);
  let hex = '0x0';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return BigInt(hex);
}

/** An integer as a number where that is exact, as everywhere. */
function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function date(milliseconds: number): Date {
  const value = new Date(milliseconds);
  if (Number.isNaN(value.getTime())) throw new ProtocolError('a date is not valid');
  return value;
}

function reserved({ at }: Cursor): ProtocolError {
  return new ProtocolError(`malformed CBOR before byte ${at}: a reserved head`);
}
