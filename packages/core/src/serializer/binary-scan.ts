import { ProtocolError } from '../wire/errors.js';
import { type Cursor, INDEFINITE, Kind, type ReadFormat } from './cursor.js';
import { isUtf8 } from './utf8.js';

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
    let inside = 0;
    switch (cursor.kind) {
      case Kind.TEXT:
      case Kind.BYTES:
      case Kind.EXTENSION:
        skipString(cursor, format);
        break;
      case Kind.LIST:
      case Kind.TAG:
        inside = cursor.kind === Kind.TAG ? 1 : cursor.size;
        break;
      case Kind.DICT:
        inside = cursor.size === INDEFINITE ? UNTIL_BREAK_PAIRS : cursor.size * 2;
        break;
      case Kind.BREAK:
        // Only an item that waits for a break may end by one, and a dictionary not between a key and its value.
        if (!waits(open.pop())) throw malformed(cursor, format, 'a break ends nothing');
        break;
    }
    if (inside !== 0) {
      if (open.length === maxDepth) throw malformed(cursor, format, 'a message is nested too deep');
      if (inside > cursor.left) throw malformed(cursor, format, 'it ends too early');
      open.push(inside);
      continue;
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

// Counts of what waits for a break: a list stays as it is, a dictionary goes back and forth between key and value.
const UNTIL_BREAK = INDEFINITE;
const UNTIL_BREAK_PAIRS = -2;
const UNTIL_BREAK_VALUE = -3;

function waits(count: number | undefined): boolean {
  return count === UNTIL_BREAK || count === UNTIL_BREAK_PAIRS;
}

function next(count: number): number {
  if (count > 0) return count - 1;
  if (count === UNTIL_BREAK) return count;
  return count === UNTIL_BREAK_PAIRS ? UNTIL_BREAK_VALUE : UNTIL_BREAK_PAIRS;
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

function malformed({ at }: Cursor, { name }: ReadFormat, why: string): ProtocolError {
  return new ProtocolError(`malformed ${name} before byte ${at}: ${why}`);
}
