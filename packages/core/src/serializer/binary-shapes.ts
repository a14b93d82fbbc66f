import { Cursor, INDEFINITE, Kind, type ReadFormat } from './cursor.js';

// Counts of what goes on until a break: a list keeps its own, a dictionary alternates between key and value.
export const UNTIL_BREAK = INDEFINITE;
export const UNTIL_BREAK_KEY = -2;
export const UNTIL_BREAK_VALUE = -3;
/** Instead of a count: there was a break. */
export const BREAK = -4;

/** What the first byte of an item says, in one byte: one of these, and in the bits of `SIZE` how much follows. */
export const Shape = {
  /** Too little: the head has to be read. */
  HEAD: 0,
  /** So many bytes follow, and whatever they are the item is well formed. */
  BYTES: 0x40,
  /** So many bytes of text follow. */
  TEXT: 0x80,
  /** So many items follow, inside this one; from `COUNT` on the size is a count below zero, less 64. */
  ITEMS: 0xc0,
  SIZE: 0x3f,
  COUNT: 0x3c,
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
  if (at > 1) return Shape.HEAD;
  if (kind === Kind.BREAK) return Shape.ITEMS + BREAK + 0x40;
  if (size === INDEFINITE) return untilBreak(kind);
  if (kind === Kind.BYTES) return Shape.BYTES + size;
  if (kind === Kind.TEXT) return Shape.TEXT + size;
  if (kind === Kind.LIST) return Shape.ITEMS + size;
  if (kind === Kind.DICT) return Shape.ITEMS + 2 * size;
  return kind === Kind.TAG ? Shape.ITEMS + 1 : Shape.HEAD;
}

function untilBreak(kind: Kind): number {
  if (kind === Kind.LIST) return Shape.ITEMS + UNTIL_BREAK + 0x40;
  return kind === Kind.DICT ? Shape.ITEMS + UNTIL_BREAK_KEY + 0x40 : Shape.HEAD;
}
