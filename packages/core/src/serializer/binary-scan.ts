import { BREAK, itemsInside, Shape, UNTIL_BREAK, UNTIL_BREAK_KEY, UNTIL_BREAK_VALUE } from './binary-shapes.js';
import { type Cursor, INDEFINITE, Kind, malformed, type ReadFormat } from './cursor.js';
import { isUtf8 } from './utf8.js';

/** For each item around the innermost open one how many more it holds; for all scans, which never interrupt another. */
let around = new Int32Array(64);

/**
 * Moves the cursor over one item and all that is in it, and so proves that it is well formed: complete, its text UTF-8,
 * no size beyond what is left, no deeper than allowed. Iterative, and nothing is built. The first byte of most items
 * says all about them; the head is read only of the others, and of those with which something is wrong.
 * @param shapes what first bytes say in this format
 * @param maxDepth how deep lists, dictionaries and tags may nest
 * @throws ProtocolError
 */
export function skipItem(cursor: Cursor, format: ReadFormat, shapes: Uint8Array, maxDepth: number): void {
  const { bytes } = cursor;
  const end = bytes.length;
  let { at } = cursor;
  let depth = 0;
  /** How many more items the innermost open one holds, below zero for one that goes on until a break. */
  let more = 1;
  for (;;) {
    const shape = at < end ? (shapes[bytes[at] ?? 0] ?? Shape.HEAD) : Shape.HEAD;
    const size = shape & Shape.SIZE;
    const behind = at + 1 + size;
    let inside = 0;
    if (shape === Shape.HEAD || behind > end || (shape >= Shape.ITEMS && depth === maxDepth)) {
      cursor.at = at;
      inside = skipHead(cursor, format, depth === maxDepth);
      at = cursor.at;
    } else if (shape < Shape.ITEMS) {
      if (shape >= Shape.TEXT && !isUtf8(bytes, at + 1, behind))
        throw malformed({ at: behind }, format, 'text is not UTF-8');
      at = behind;
    } else {
      at++;
      inside = size < Shape.COUNT ? size : size - 0x40;
    }
    if (inside !== 0) {
      if (inside !== BREAK) {
        if (depth === around.length) around = twiceAsLong(around);
        around[depth++] = more;
        more = inside;
        continue;
      }
      if (!waits(more)) throw malformed({ at }, format, 'a break ends nothing');
      more = around[--depth] ?? 0;
    }
    // The item is complete, and with it those of which it was the last.
    while (more === 1) {
      if (depth === 0) {
        cursor.at = at;
        return;
      }
      more = around[--depth] ?? 0;
    }
    more = more > 0 ? more - 1 : nextUntilBreak(more);
  }
}

/**
 * Moves over the head of an item, and over the item when it holds no others.
 * @returns how many items are in it, a count until a break, or that it is a break
 */
function skipHead(cursor: Cursor, format: ReadFormat, deepest: boolean): number {
  format.head(cursor);
  const { kind } = cursor;
  const inside = itemsInside(cursor);
  if (inside === undefined) {
    if (kind !== Kind.SCALAR && kind !== Kind.UNKNOWN) skipString(cursor, format);
    return 0;
  }
  if (deepest && inside !== BREAK) throw malformed(cursor, format, 'a message is nested too deep');
  if (inside > cursor.left) throw malformed(cursor, format, 'it ends too early');
  return inside;
}

function twiceAsLong(counts: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * counts.length);
  longer.set(counts);
  return longer;
}

/** Whether an item may end here: it waits for a break, and a dictionary not for the value of a key. */
function waits(count: number): boolean {
  return count === UNTIL_BREAK || count === UNTIL_BREAK_KEY;
}

/** The count behind one more item. */
function nextUntilBreak(count: number): number {
  if (count === UNTIL_BREAK) return count;
  return count === UNTIL_BREAK_KEY ? UNTIL_BREAK_VALUE : UNTIL_BREAK_KEY;
}

function skipString(cursor: Cursor, format: ReadFormat): void {
  const { kind, size } = cursor;
  if (size !== INDEFINITE) {
    const start = cursor.skip(size);
    if (kind === Kind.TEXT && !isUtf8(cursor.bytes, start, cursor.at))
      throw malformed(cursor, format, 'text is not UTF-8');
    return;
  }
  for (;;) {
    format.head(cursor);
    if (cursor.kind === Kind.BREAK) return;
    if (cursor.kind !== kind || cursor.size === INDEFINITE)
      throw malformed(cursor, format, 'a chunk is of another type');
    skipString(cursor, format);
  }
}
