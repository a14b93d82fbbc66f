import type { WriteFormat } from './binary-write.js';
import type { ByteWriter } from './byte-writer.js';
import { MAX_BIGNUM } from './cbor-heads.js';
import { Kind } from './cursor.js';

const majors: Readonly<Partial<Record<Kind, number>>> = {
  [Kind.BYTES]: 2,
  [Kind.TEXT]: 3,
  [Kind.LIST]: 4,
  [Kind.DICT]: 5,
};

/** How CBOR is written (RFC 8949): definite lengths, preferred serialization of integers, floats of 64 bits. */
export const cborWrite: WriteFormat = {
  name: 'CBOR',
  null: 0xf6,
  false: 0xf4,
  true: 0xf5,
  float: 0xfb,

  head: (to, kind, size) => writeHead(to, majors[kind] ?? 0, size),

  integer(to, value) {
    if (value >= 0) writeHead(to, 0, value);
    else writeHead(to, 1, -1 - value);
  },

  bigint(to, value) {
    const argument = value < 0n ? -1n - value : value;
    if (argument >= 2n ** 64n) return writeBignum(to, value < 0n ? 0xc3 : 0xc2, argument);
    if (argument < 2n ** 53n) writeHead(to, value < 0n ? 1 : 0, Number(argument));
    else {
      to.uint(value < 0n ? 0x3b : 0x1b, 1);
      to.uint64(argument);
    }
    return true;
  },

  date(to, milliseconds) {
    const seconds = milliseconds / 1000;
    if (Math.round(seconds * 1000) !== milliseconds) return false;
    to.uint(0xc1, 1);
    if (Number.isInteger(seconds)) cborWrite.integer(to, seconds);
    else {
      to.uint(cborWrite.float, 1);
      to.float64(seconds);
    }
    return true;
  },
};

/** The bytes of the argument behind tag 2, or 3 when the integer is negative. */
function writeBignum(to: ByteWriter, tag: number, argument: bigint): boolean {
  const hex = argument.toString(16);
  const bytes = (hex.length % 2 === 0 ? hex : `0${hex}`).match(/../g) ?? [];
  if (bytes.length > MAX_BIGNUM) return false;
  to.uint(tag, 1);
  writeHead(to, 2, bytes.length);
  to.bytes(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
  return true;
}

function writeHead(to: ByteWriter, major: number, argument: number): void {
  const type = major << 5;
  if (argument < 24) {
    to.uint(type | argument, 1);
    return;
  }
  const info = argument < 0x100 ? 24 : argument < 0x10000 ? 25 : argument < 2 ** 32 ? 26 : 27;
  to.uint(type | info, 1);
  to.uint(argument, info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : 8);
}
