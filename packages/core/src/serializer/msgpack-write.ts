import type { WriteFormat } from './binary-write.js';
import type { ByteWriter } from './byte-writer.js';
import { Kind } from './cursor.js';

/** A head by size: `fix` with the size in its low bits up to `most`, else a byte and the size in 8, 16 or 32 bits. */
interface Head {
  readonly fix: number;
  readonly most: number;
  readonly byte8?: number;
  readonly byte16: number;
  readonly byte32: number;
}

const heads: Readonly<Partial<Record<Kind, Head>>> = {
  [Kind.TEXT]: { fix: 0xa0, most: 31, byte8: 0xd9, byte16: 0xda, byte32: 0xdb },
  [Kind.BYTES]: { fix: 0, most: -1, byte8: 0xc4, byte16: 0xc5, byte32: 0xc6 },
  [Kind.LIST]: { fix: 0x90, most: 15, byte16: 0xdc, byte32: 0xdd },
  [Kind.DICT]: { fix: 0x80, most: 15, byte16: 0xde, byte32: 0xdf },
};

/** How MessagePack is written: everything in its shortest form, floats of 64 bits. */
export const msgpackWrite: WriteFormat = {
  name: 'MessagePack',
  null: 0xc0,
  false: 0xc2,
  true: 0xc3,
  float: 0xcb,

  head(to, kind, size) {
    const head = heads[kind];
    if (!head) return;
    if (size <= head.most) to.uint(head.fix | size, 1);
    else if (head.byte8 !== undefined && size < 0x100) tagged(to, head.byte8, size, 1);
    else if (size < 0x10000) tagged(to, head.byte16, size, 2);
    else tagged(to, head.byte32, size, 4);
  },

  integer(to, value) {
    if (value >= 0) {
      if (value < 0x80) to.uint(value, 1);
      else if (value < 0x100) tagged(to, 0xcc, value, 1);
      else if (value < 0x10000) tagged(to, 0xcd, value, 2);
      else if (value < 2 ** 32) tagged(to, 0xce, value, 4);
      else tagged(to, 0xcf, value, 8);
    } else if (value >= -0x20) to.uint(value, 1);
    else if (value >= -0x80) tagged(to, 0xd0, value, 1);
    else if (value >= -0x8000) tagged(to, 0xd1, value, 2);
    else if (value >= -(2 ** 31)) tagged(to, 0xd2, value, 4);
    else tagged(to, 0xd3, value, 8);
  },

  bigint(to, value) {
    if (value >= -(2n ** 53n) && value <= 2n ** 53n) msgpackWrite.integer(to, Number(value));
    else {
      if (value < -(2n ** 63n) || value >= 2n ** 64n) return false;
      to.uint(value < 0n ? 0xd3 : 0xcf, 1);
      to.uint64(value);
    }
    return true;
  },

  date(to, milliseconds) {
    if (Number.isNaN(milliseconds)) return false;
    const seconds = Math.floor(milliseconds / 1000);
    const nanoseconds = (milliseconds - seconds * 1000) * 1e6;
    if (nanoseconds === 0 && seconds >= 0 && seconds < 2 ** 32) {
      to.uint(0xd6ff, 2);
      to.uint(seconds, 4);
    } else if (seconds >= 0 && seconds < 2 ** 34) {
      to.uint(0xd7ff, 2);
      to.uint(nanoseconds * 4 + Math.floor(seconds / 2 ** 32), 4);
      to.uint(seconds, 4);
    } else {
      to.uint(0xc70c, 2);
      to.uint(0xff, 1);
      to.uint(nanoseconds, 4);
      to.uint(seconds, 8);
    }
    return true;
  },
};

/** DataView's setters keep the low bits, which for a negative number are its two's complement. */
function tagged(to: ByteWriter, byte: number, value: number, size: 1 | 2 | 4 | 8): void {
  to.uint(byte, 1);
  to.uint(value, size);
}
