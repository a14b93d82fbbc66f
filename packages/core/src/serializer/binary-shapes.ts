import { Cursor, Kind, type ReadFormat } from './cursor.js';

/** What the first byte of an item says, in one byte: one of these, and in the bits of `SIZE` how much follows. */
export const Shape = {
  /** Too little: the head has to be read. */
  HEAD: 0,
  /** So many bytes follow, and whatever they are the item is well formed. */
  BYTES: 0x40,
  /** So many bytes of text follow. */
  TEXT: 0x80,
  /** So many items follow, inside this one. */
  ITEMS: 0xc0,
  SIZE: 0x3f,
} as const;

/** The shapes by first byte. They are asked of the format itself, and so cannot say anything else than its heads do. */
export function shapesOf(format: ReadFormat): Uint8Array {
  return Uint8Array.from({ length: 0x100 }, (_, byte) => {
    const cursor = new Cursor(Uint8Array.of(byte, 0, 0, 0, 0, 0, 0, 0, 0));
    try {
      format.head(cursor);
    } catch {
      return Shape.HEAD;
    }
    return shapeOf(cursor);
  });
}

function shapeOf({ kind, size, at }: Cursor): number {
  if (kind === Kind.SCALAR || kind === Kind.UNKNOWN) return Shape.BYTES + at - 1;
  // A size that stands behind the first byte is another one each time.
  if (at > 1 || size < 0) return Shape.HEAD;
  if (kind === Kind.BYTES) return Shape.BYTES + size;
  if (kind === Kind.TEXT) return Shape.TEXT + size;
  if (kind === Kind.LIST) return Shape.ITEMS + size;
  if (kind === Kind.DICT) return Shape.ITEMS + 2 * size;
  return kind === Kind.TAG ? Shape.ITEMS + 1 : Shape.HEAD;
}
