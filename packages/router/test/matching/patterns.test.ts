import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PatternIndex } from '../../src/matching/pattern-index.js';
import type { Pattern } from '../../src/matching/patterns.js';
import { compareSpecificity, covers, matches, overlap } from '../../src/matching/patterns.js';

// Every URI of at most three of these components: few enough to try them all.
const components = ['a', 'b', 'ab'];
const uris = components.flatMap((one) => [
  one,
  ...components.flatMap((two) => [`${one}.${two}`, ...components.map((three) => `${one}.${two}.${three}`)]),
]);
const wildcard = fc.array(fc.constantFrom('', ...components), { minLength: 1, maxLength: 3 });
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  fc.constantFrom(...uris).map((uri) => ({ match: 'exact' as const, uri })),
  fc
    .tuple(fc.constantFrom(...uris), fc.nat(6))
    .map(([uri, at]) => ({ match: 'prefix' as const, uri: uri.slice(0, at) })),
  wildcard.map((parts) => ({ match: 'wildcard' as const, uri: parts.join('.') })),
);
const of = (wanted: Pattern) => uris.filter((uri) => matches(wanted, uri));

test('one pattern matches what the index of many says', () => {
  fc.assert(
    fc.property(pattern, (one) => {
      const index = new PatternIndex<Pattern>();
      index.set(one.match, one.uri, one);
      expect(of(one)).toEqual(uris.filter((uri) => index.best(uri)));
    }),
  );
});

test('patterns overlap where some URI is one of both', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const common = of(one).filter((uri) => matches(other, uri));
      expect(overlap(one, other)).toBe(common.length > 0);
      expect(overlap(other, one)).toBe(common.length > 0);
    }),
  );
});

test('a pattern that covers another matches all of its URIs, of any length', () => {
  const longer = [...uris, ...uris.flatMap((uri) => components.map((last) => `${uri}.x${last}`))];
  fc.assert(
    fc.property(pattern, pattern, (outer, inner) => {
      const all = longer.filter((uri) => matches(inner, uri)).every((uri) => matches(outer, uri));
      if (covers(outer, inner)) expect(all).toBe(true);
    }),
  );
  expect(covers({ match: 'prefix', uri: '' }, { match: 'wildcard', uri: '.a' })).toBe(true);
  expect(covers({ match: 'prefix', uri: 'a.' }, { match: 'wildcard', uri: 'a..b' })).toBe(true);
  expect(covers({ match: 'prefix', uri: 'a' }, { match: 'prefix', uri: 'ab.c' })).toBe(true);
  expect(covers({ match: 'wildcard', uri: 'a..' }, { match: 'wildcard', uri: 'a..b' })).toBe(true);
  expect(covers({ match: 'wildcard', uri: 'a.' }, { match: 'prefix', uri: 'a.' })).toBe(false);
});

test('of two that match one URI, the more specific is the one that the index finds best', () => {
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const index = new PatternIndex<Pattern>();
      index.set(one.match, one.uri, one);
      index.set(other.match, other.uri, other);
      const shared = uris.filter((uri) => index.all(uri).length === 2);
      const order = compareSpecificity(one, other);
      for (const uri of shared) expect(index.best(uri)).toBe(order > 0 ? one : other);
      if (shared.length > 0) expect(Math.sign(order)).toBe(-Math.sign(compareSpecificity(other, one)));
    }),
  );
});
