import type { Id, Uri } from '@wigwag/core/wire';
import { describe, isId } from '@wigwag/core/wire';
import { textKeyword } from './arguments.js';
import type { MetaCall, MetaResult } from './procedure.js';
import { invalidArgument } from './procedure.js';

/** Which part of a list is asked for: at most `limit` entries, those that come after `after` in their order. */
export interface Range<T> {
  readonly limit: number;
  readonly after: T | undefined;
  /** Told how many entries the list has. */
  readonly spend: (entries: number) => void;
}

/** A part of a list in ascending order, and whether there is nothing behind it. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly complete: boolean;
}

/** The range of ids that the keyword arguments `limit` and `after` ask for (ours). @throws CallRefused */
export function idRange(call: MetaCall, max: number): Range<Id> {
  const after = call.kwargs.after ?? undefined;
  if (after === undefined || isId(after)) return { limit: limitOf(call, max), after, spend: call.spend };
  throw invalidArgument(`keyword argument after must be an id, and is ${describe(after)}`);
}

/** The same of URIs. @throws CallRefused */
export function uriRange(call: MetaCall, max: number): Range<Uri> {
  return { limit: limitOf(call, max), after: textKeyword(call, 'after'), spend: call.spend };
}

/** The entries of a range, whatever order `all` has. */
export function pageOf<T extends Id | Uri>(all: Iterable<T>, { limit, after, spend }: Range<T>): Page<T> {
  const every = [...all];
  spend(every.length);
  const rest = after === undefined ? every : every.filter((entry) => entry > after);
  rest.sort((one, two) => (one < two ? -1 : 1));
  return { entries: rest.slice(0, limit), complete: rest.length <= limit };
}

/**
 * A page as a result. One that is cut short says so, and with what `after` to ask for what follows; a list that fits,
 * which is nearly every one, is the specification's result and nothing else.
 * @param listed what the page's entries are told as
 */
export function pageResult<T>({ entries, complete }: Page<T>, listed: unknown = entries): MetaResult {
  return { args: [listed], ...(!complete && { kwargs: { complete, after: entries.at(-1) } }) };
}

function limitOf({ kwargs }: MetaCall, max: number): number {
  const limit = kwargs.limit ?? max;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1) return Math.min(limit, max);
  throw invalidArgument('keyword argument limit must be an integer of at least 1');
}
