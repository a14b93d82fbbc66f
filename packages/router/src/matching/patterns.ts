import type { Match, Uri } from '@wigwag/core/wire';
import { matches as isMatch } from '@wigwag/core/wire';

/** A topic or procedure, or a pattern of them. */
export interface Pattern {
  readonly match: Match;
  readonly uri: Uri;
}

/** Whether `uri` is one of those that `pattern` stands for. For many patterns there is `PatternIndex`. */
export function matches(pattern: Pattern, uri: Uri): boolean {
  return isMatch(pattern.match, pattern.uri, uri);
}

/** Whether `outer` stands for all URIs that `inner` stands for. */
export function covers(outer: Pattern, inner: Pattern): boolean {
  if (inner.match === 'exact') return matches(outer, inner.uri);
  switch (outer.match) {
    case 'exact':
      return inner.match === 'wildcard' && outer.uri === inner.uri;
    case 'prefix':
      return (inner.match === 'prefix' ? inner.uri : literalHead(inner.uri)).startsWith(outer.uri);
    case 'wildcard':
      return inner.match === 'wildcard' && matches(outer, inner.uri);
  }
}

/** Whether some URI is one of both. */
export function overlap(one: Pattern, other: Pattern): boolean {
  if (one.match === 'exact') return matches(other, one.uri);
  if (other.match === 'exact') return matches(one, other.uri);
  if (one.match === 'prefix' && other.match === 'prefix') {
    return one.uri.startsWith(other.uri) || other.uri.startsWith(one.uri);
  }
  if (one.match === 'prefix') return reaches(one.uri.split('.'), other.uri.split('.'));
  if (other.match === 'prefix') return reaches(other.uri.split('.'), one.uri.split('.'));
  const [a, b] = [one.uri.split('.'), other.uri.split('.')];
  return a.length === b.length && a.every((part, at) => part === '' || b[at] === '' || part === b[at]);
}

/** What all URIs of a wildcard pattern begin with. */
export function literalHead(wildcard: Uri): string {
  const parts = wildcard.split('.');
  const gap = parts.indexOf('');
  if (gap < 0) return wildcard;
  return parts
    .slice(0, gap)
    .map((part) => `${part}.`)
    .join('');
}

/** Whether a URI of the wildcard pattern can begin with the prefix, whose last part may be the beginning of one. */
function reaches(prefix: readonly string[], wildcard: readonly string[]): boolean {
  const last = prefix.length - 1;
  return (
    prefix.length <= wildcard.length &&
    prefix.every((part, at) => {
      const wanted = wildcard[at] ?? '';
      return wanted === '' || (at === last ? wanted.startsWith(part) : wanted === part);
    })
  );
}

/**
 * Which of two patterns that stand for one URI the index prefers for it: above 0 where `one` is it, and 0 only where
 * they are the same (`PatternIndex.best`; spec: "Calls matching multiple registrations").
 */
export function compareSpecificity(one: Pattern, other: Pattern): number {
  if (one.match !== other.match) return rank[one.match] - rank[other.match];
  if (one.match === 'prefix') return one.uri.length - other.uri.length;
  const [ours, theirs] = [one.uri.split('.'), other.uri.split('.')];
  const differ = ours.findIndex((part, at) => (part === '') !== (theirs[at] === ''));
  if (differ < 0) return 0;
  return ours[differ] === '' ? -1 : 1;
}

const rank: Readonly<Record<Match, number>> = { exact: 2, prefix: 1, wildcard: 0 };
