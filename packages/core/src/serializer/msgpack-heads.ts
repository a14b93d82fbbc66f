import { ProtocolError } from '../wire/errors.js';
import { type Cursor, Kind, type ReadFormat } from './cursor.js';

/** How MessagePack is read. */
export const msgpackHeads: ReadFormat = {
  name: 'MessagePack',

  head(cursor) {
    const byte = cursor.uint(1);
    if (byte < 0x80) cursor.scalar(byte);
    else if (byte < 0x90) cursor.item(Kind.DICT, byte & 0xf);
    else if (byte < 0xa0) cursor.item(Kind.LIST, byte & 0xf);
    else if (byte < 0xc0) cursor.item(Kind.TEXT, byte & 0x1f);
    else if (byte >= 0xe0) cursor.scalar(byte - 0x100);
    else if (byte < 0xc4 || (byte >= 0xca && byte < 0xd4)) cursor.scalar(readScalar(cursor, byte));
    else readSized(cursor, byte);
  },

  tagged(tag, content) {
    if (tag === 0xff && content instanceof Uint8Array) return timestamp(content);
    // What JavaScript's packages (msgpackr, msgpack5) write for undefined: extension 0 with one byte, 0.
    if (tag === 0 && content instanceof Uint8Array && content.length === 1 && content[0] === 0) return undefined;
    throw new ProtocolError(`MessagePack extension ${tag} cannot be decoded`);
  },
};

function readScalar(cursor: Cursor, byte: number): unknown {
  switch (byte) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xca:
      return cursor.view.getFloat32(cursor.skip(4));
    case 0xcb:
      return cursor.view.getFloat64(cursor.skip(8));
    case 0xcc:
      return cursor.uint(1);
    case 0xcd:
      return cursor.uint(2);
    case 0xce:
      return cursor.uint(4);
    case 0xcf:
      return cursor.uint64();
    case 0xd0:
      return cursor.view.getInt8(cursor.skip(1));
    case 0xd1:
      return cursor.view.getInt16(cursor.skip(2));
    case 0xd2:
      return cursor.view.getInt32(cursor.skip(4));
    case 0xd3:
      return cursor.int64();
  }
  throw new ProtocolError(`malformed MessagePack before byte ${cursor.at}: 0x${byte.toString(16)} is never used`);
}

/** Widths of the sizes that follow the heads 0xc4 … 0xdf; 0xd4 … 0xd8 say their size themselves. */
const widths = [1, 2, 4] as const;

function readSized(cursor: Cursor, byte: number): void {
  if (byte < 0xc7) cursor.item(Kind.BYTES, cursor.uint(widths[byte - 0xc4] ?? 4));
  else if (byte < 0xd9) {
    const size = byte < 0xca ? cursor.uint(widths[byte - 0xc7] ?? 4) : 1 << (byte - 0xd4);
    cursor.item(Kind.EXTENSION, size, cursor.uint(1));
  } else if (byte < 0xdc) cursor.item(Kind.TEXT, cursor.uint(widths[byte - 0xd9] ?? 4));
  else cursor.item(byte < 0xde ? Kind.LIST : Kind.DICT, cursor.uint(byte & 1 ? 4 : 2));
}

/** The timestamp extension: seconds in 32 bits, with nanoseconds in 30 + 34 bits, or in 32 + 64. */
function timestamp(bytes: Uint8Array): Date {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let seconds = Number.NaN;
  let nanoseconds = 0;
  if (bytes.length === 4) seconds = view.getUint32(0);
  if (bytes.length === 8) {
    nanoseconds = view.getUint32(0) >>> 2;
    seconds = (view.getUint32(0) & 3) * 2 ** 32 + view.getUint32(4);
  }
  if (bytes.length === 12) {
    nanoseconds = view.getUint32(0);
    seconds = Number(view.getBigInt64(4));
  }
  const value = new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6));
  if (Number.isNaN(value.getTime())) throw new ProtocolError('a date is not valid');
  return value;
}
