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
  /** So many items follow, inside this one; from `COUNT` on they are the low bits of a count below zero. */
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

function shapeOf(cursor: Cursor): number {
  const { kind, size, at } = cursor;
  if (kind === Kind.SCALAR || kind === Kind.UNKNOWN) return Shape.BYTES + at - 1;
  // A size that stands behind the first byte is another one each time.
  if (at > 1) return Shape.HEAD;
  const inside = itemsInside(cursor);
  if (inside !== undefined) return Shape.ITEMS + (inside & Shape.SIZE);
  if (size === INDEFINITE) return Shape.HEAD;
  if (kind === Kind.BYTES) return Shape.BYTES + size;
  return kind === Kind.TEXT ? Shape.TEXT + size : Shape.HEAD;
}

/** How many items are in the one at the cursor, or a count below zero; `undefined` where none can be. */
export function itemsInside({ kind, size }: Cursor): number | undefined {
  if (kind === Kind.TAG) return 1;
  if (kind === Kind.LIST) return size;
  if (kind === Kind.DICT) return size === INDEFINITE ? UNTIL_BREAK_KEY : size * 2;
  return kind === Kind.BREAK ? BREAK : undefined;
}
