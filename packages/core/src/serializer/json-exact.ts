import { ProtocolError } from '../wire/errors.js';
import { MAX_DIGITS } from './elements.js';

/**
 * Parses as `JSON.parse` does, but integers beyond 2^53-1 come out as bigint, digit for digit.
 * @param text what `JSON.parse` has accepted: nothing is checked here, and nothing recurses
 * @throws ProtocolError only for an integer of absurd length
 */
export function parseExact(text: string): unknown {
  const token = /[[\]{}"]|[^\s,:[\]{}"]+/g;
  const outer: unknown[][] = [];
  let list: unknown[] = [];
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const word = found[0];
    if (word === '[' || word === '{') {
      outer.push(list);
      list = [];
    } else if (word === ']' || word === '}') {
      const closed: unknown = word === ']' ? list : fromPairs(list);
      list = outer.pop() ?? [];
      list.push(closed);
    } else if (word === '"') {
      token.lastIndex = endOfString(text, found.index);
      list.push(JSON.parse(text.slice(found.index, token.lastIndex)));
    } else {
      list.push(/^-?\d{16,}$/.test(word) ? integer(word) : JSON.parse(word));
    }
  }
  return list[0];
}

/** The integer that digits spell: a number up to 2^53-1 either way, beyond that a bigint. @throws ProtocolError */
export function integer(digits: string): number | bigint {
  if (digits.length > MAX_DIGITS) throw new ProtocolError(`a number has more than ${MAX_DIGITS} digits`);
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** `[key, value, key, value …]` as a dictionary, in which `__proto__` is a key like any other. */
function fromPairs(list: readonly unknown[]): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (let i = 0; i < list.length; i += 2) entries.push([String(list[i]), list[i + 1]]);
  return Object.fromEntries(entries);
}

/** Behind the quote that closes the string opened at `start`: the first one with an even run of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
}
