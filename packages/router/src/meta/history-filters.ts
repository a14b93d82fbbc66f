import type { Id, Uri } from '@wigwag/core/wire';
import { describe, isId, isUri } from '@wigwag/core/wire';
import type { Pattern } from '../matching/patterns.js';
import { matches } from '../matching/patterns.js';
import { textKeyword } from './arguments.js';
import type { MetaCall } from './procedure.js';
import { invalidArgument } from './procedure.js';
import { readTimestamp } from './timestamp.js';

/** How many sessions `_not_from` may name. */
const MAX_SESSIONS = 64;
const isListOfIds = (value: unknown): value is readonly Id[] =>
  Array.isArray(value) && value.length <= MAX_SESSIONS && value.every(isId);

/** One end of a range: the argument that names it, its value, and whether the value belongs to the range. */
export interface Bound<T = number> {
  readonly name: string;
  readonly value: T;
  readonly inclusive: boolean;
}

/** All lower ends that were given, and all upper ends: what is wanted lies within all of them. */
export interface Range<T = number> {
  readonly lower: readonly Bound<T>[];
  readonly upper: readonly Bound<T>[];
}

/** What `wamp.subscription.get_events` is asked for (spec: "Event History"). */
export interface HistoryFilters {
  readonly reverse: boolean;
  readonly limit: number | undefined;
  readonly topic: Uri | undefined;
  /** Milliseconds since 1970. */
  readonly times: Range;
  readonly publications: Range<Id>;
  /** Ours: sessions whose publications are left out, but for those that were for themselves too. */
  readonly notFrom: readonly Id[];
}

/**
 * The keyword arguments of a query, each of which may be absent or null.
 * @param pattern what the subscription is to
 * @throws CallRefused `wamp.error.invalid_argument` for one that is malformed, and for those that contradict each other
 */
export function readFilters(call: MetaCall, pattern: Pattern): HistoryFilters {
  const times = rangeOf('time', (name) => {
    const text = textKeyword(call, name);
    return text === undefined ? undefined : readTimestamp(text, name);
  });
  refuseContradiction(times);
  // As Crossbar.io has it: the last so many events, the last one first.
  const last = call.args[1] ?? undefined;
  if (last !== undefined && !isId(last)) {
    throw invalidArgument(`argument 2 (limit) must be an integer of at least 1, and is ${describe(last)}`);
  }
  const filters: HistoryFilters = {
    reverse: keyword(call, 'reverse', 'a boolean', (value) => typeof value === 'boolean') ?? last !== undefined,
    limit: keyword(call, 'limit', 'an integer of at least 1', isId) ?? last,
    topic: keyword(call, 'topic', 'a URI', (value): value is Uri => typeof value === 'string' && isUri(value)),
    times,
    notFrom: keyword(call, '_not_from', `a list of at most ${MAX_SESSIONS} ids`, isListOfIds) ?? [],
    publications: rangeOf('publication', (name) => keyword(call, name, 'the id of a publication', isId)),
  };
  if (filters.topic !== undefined && !matches(pattern, filters.topic)) {
    throw invalidArgument(
      `the subscription, to ${pattern.uri} (${pattern.match}), never has events of ${filters.topic}`,
    );
  }
  return filters;
}

/** @throws CallRefused where no value could lie in the range, whatever there is */
export function refuseContradiction({ lower, upper }: Range): void {
  for (const low of lower) {
    for (const high of upper) {
      if (low.value < high.value || (low.value === high.value && low.inclusive && high.inclusive)) continue;
      throw invalidArgument(`${low.name} and ${high.name} contradict each other: nothing can meet both`);
    }
  }
}

/** Whether a value lies in the range. */
export function isWithin({ lower, upper }: Range, value: number): boolean {
  return (
    lower.every((bound) => value > bound.value || (bound.inclusive && value === bound.value)) &&
    upper.every((bound) => value < bound.value || (bound.inclusive && value === bound.value))
  );
}

/** @param read takes the name of an argument, and gives its value where there is one */
function rangeOf<T>(what: 'time' | 'publication', read: (name: string) => T | undefined): Range<T> {
  const bound = (word: string, inclusive: boolean): Bound<T>[] => {
    const name = `${word}_${what}`;
    const value = read(name);
    return value === undefined ? [] : [{ name, value, inclusive }];
  };
  return {
    lower: [...bound('from', true), ...bound('after', false)],
    upper: [...bound('before', false), ...bound('until', true)],
  };
}

function keyword<T>(
  { kwargs }: MetaCall,
  name: string,
  wanted: string,
  accepts: (value: unknown) => value is T,
): T | undefined {
  const value = kwargs[name];
  if (value === undefined || value === null) return undefined;
  if (accepts(value)) return value;
  throw invalidArgument(`keyword argument ${name} must be ${wanted}, and is ${describe(value)}`);
}
