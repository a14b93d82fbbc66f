import { type Cursor, INDEFINITE, Kind, malformed, type ReadFormat } from './cursor.js';
import { isUtf8 } from './utf8.js';

// Counts of what goes on until a break: a list keeps its own, a dictionary alternates between key and value.
const UNTIL_BREAK = INDEFINITE;
const UNTIL_BREAK_KEY = -2;
const UNTIL_BREAK_VALUE = -3;

/**
 * Moves the cursor over one item and all that is in it, and so proves that it is well formed: complete, its text UTF-8,
 * no size beyond what is left, no deeper than allowed. Iterative, and nothing is built.
 * @param maxDepth how deep lists, dictionaries and tags may nest
 * @throws ProtocolError
 */
export function skipItem(cursor: Cursor, format: ReadFormat, maxDepth: number): void {
  /** For each open item how many more it holds, below zero for one that goes on until a break. */
  const open: number[] = [];
  for (;;) {
    format.head(cursor);
    const { kind } = cursor;
    if (kind === Kind.LIST || kind === Kind.DICT || kind === Kind.TAG) {
      if (open.length === maxDepth) throw malformed(cursor, format, 'a message is nested too deep');
      const inside = itemsInside(cursor);
      if (inside > cursor.left) throw malformed(cursor, format, 'it ends too early');
      if (inside !== 0) {
        open.push(inside);
        continue;
      }
    } else if (kind === Kind.TEXT || kind === Kind.BYTES || kind === Kind.EXTENSION) {
      skipString(cursor, format);
    } else if (kind === Kind.BREAK && !waits(open.pop())) {
      throw malformed(cursor, format, 'a break ends nothing');
    }
    // The item is complete, and with it those of which it was the last.
    for (;;) {
      const last = open.length - 1;
      const more = open[last];
      if (more === undefined) return;
      if (more === 1) open.pop();
      else {
        open[last] = next(more);
        break;
      }
    }
  }
}

function itemsInside({ kind, size }: Cursor): number {
  if (kind === Kind.TAG) return 1;
  if (kind === Kind.LIST) return size;
  return size === INDEFINITE ? UNTIL_BREAK_KEY : size * 2;
}

/** Whether an item may end here: it waits for a break, and a dictionary not for the value of a key. */
function waits(count: number | undefined): boolean {
  return count === UNTIL_BREAK || count === UNTIL_BREAK_KEY;
}

/** The count behind one more item. */
function next(count: number): number {
  if (count > 0) return count - 1;
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
