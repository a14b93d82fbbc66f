import type { Match } from '@wigwag/core/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PatternIndex } from '../../src/matching/pattern-index.js';

interface Entry {
  readonly match: Match;
  readonly pattern: string;
}

/** The rules of the spec, word for word and slowly. */
function matches({ match, pattern }: Entry, uri: string): boolean {
  if (match === 'exact') return uri === pattern;
  if (match === 'prefix') return uri.startsWith(pattern);
  const wanted = pattern.split('.');
  const given = uri.split('.');
  return wanted.length === given.length && wanted.every((part, at) => part === '' || part === given[at]);
}

/** Lengths of the literal portions of a wildcard pattern, from its start. */
function portions(pattern: string): number[] {
  const lengths = [0];
  for (const part of pattern.split('.')) {
    if (part === '') lengths.push(0);
    else lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
  }
  return lengths;
}

function better(a: Entry, b: Entry): number {
  const rank = { exact: 0, prefix: 1, wildcard: 2 };
  if (a.match !== b.match) return rank[a.match] - rank[b.match];
  if (a.match === 'prefix') return b.pattern.length - a.pattern.length;
  const [left, right] = [portions(a.pattern), portions(b.pattern)];
  const at = left.findIndex((length, index) => length !== right[index]);
  return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
}

// Few and short components, so that patterns meet each other and the URIs.
const component = fc.constantFrom('a', 'b', 'ab', 'abc', 'c');
const uri = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const prefix = fc.tuple(uri, fc.nat(8)).map(([text, length]) => text.slice(0, length));
const wildcard = fc
  .array(fc.oneof(component, fc.constant('')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.'));
const entry: fc.Arbitrary<Entry> = fc.oneof(
  uri.map((pattern) => ({ match: 'exact' as const, pattern })),
  prefix.map((pattern) => ({ match: 'prefix' as const, pattern })),
  wildcard.map((pattern) => ({ match: 'wildcard' as const, pattern })),
);

const keyOf = ({ match, pattern }: Entry) => `${match} ${pattern}`;

describe('the pattern index', () => {
  test('finds what a naive matcher finds, whatever was added and removed', () => {
    const step = fc.record({ entry, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(uri, { maxLength: 8 }), (steps, uris) => {
        const index = new PatternIndex<Entry>();
        const held = new Map<string, Entry>();
        for (const { entry, remove } of steps) {
          if (remove) {
            index.delete(entry.match, entry.pattern);
            held.delete(keyOf(entry));
          } else {
            index.set(entry.match, entry.pattern, entry);
            held.set(keyOf(entry), entry);
          }
        }
        for (const { entry } of steps) expect(index.get(entry.match, entry.pattern)).toBe(held.get(keyOf(entry)));
        for (const each of uris) {
          const naive = [...held.values()].filter((candidate) => matches(candidate, each));
          expect(index.all(each).map(keyOf).sort()).toEqual(naive.map(keyOf).sort());
          expect(index.best(each)).toBe(naive.sort(better)[0]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('a prefix matches by character, not by component', () => {
    const index = new PatternIndex<Entry>();
    const entry: Entry = { match: 'prefix', pattern: 'com.app.emergency' };
    index.set(entry.match, entry.pattern, entry);
    expect(index.best('com.app.emergency-low')).toBe(entry);
    expect(index.best('com.app.emergency')).toBe(entry);
    expect(index.best('com.app.emergenc')).toBeUndefined();
  });

  test('the empty prefix matches everything', () => {
    const index = new PatternIndex<Entry>();
    const entry: Entry = { match: 'prefix', pattern: '' };
    index.set(entry.match, entry.pattern, entry);
    expect(index.all('a.b')).toEqual([entry]);
    index.delete('prefix', '');
    expect(index.all('a.b')).toEqual([]);
  });

  test('the best match is the exact one, then the longest prefix, then the wildcard with the longest literal portions', () => {
    const index = new PatternIndex<{ readonly pattern: string }>();
    for (const [match, pattern] of [
      ['exact', 'shop.fruit.apple.price.eur'],
      ['prefix', 'shop.fruit.apple'],
      ['prefix', 'shop.fruit.apple.price'],
      ['wildcard', 'shop.fruit..price.usd'],
      ['wildcard', 'shop.fruit.pear..usd'],
      ['wildcard', 'shop.fruit..price.usd..net'],
      ['wildcard', 'shop.fruit..price..today.net'],
    ] as const) {
      index.set(match, pattern, { pattern });
    }
    const best = (uri: string) => index.best(uri)?.pattern;
    expect(best('shop.fruit.apple.price.eur')).toBe('shop.fruit.apple.price.eur');
    expect(best('shop.fruit.apple.stock.eur')).toBe('shop.fruit.apple');
    expect(best('shop.fruit.apple.price.yen')).toBe('shop.fruit.apple.price');
    expect(best('shop.fruit.plum.price.usd')).toBe('shop.fruit..price.usd');
    expect(best('shop.fruit.pear.price.usd')).toBe('shop.fruit.pear..usd');
    expect(best('shop.fruit.fig.price.usd.today.net')).toBe('shop.fruit..price.usd..net');
    expect(best('zoo.fruit.fig.price.usd')).toBeUndefined();
  });

  test('a look-up among 100 000 patterns of each kind is as good as among few', () => {
    const index = new PatternIndex<object>();
    for (let at = 0; at < 100_000; at++) {
      index.set('exact', `com.app.room${at}.message`, {});
      index.set('prefix', `com.app.room${at}.`, {});
      index.set('wildcard', `com.app.room${at}..created`, {});
    }
    const start = performance.now();
    for (let at = 0; at < 20_000; at++) {
      expect(index.all(`com.app.room${at}.message`).length).toBe(2);
      expect(index.all(`com.app.room${at}.message.created`).length).toBe(2);
    }
    // A scan would take minutes; the bound leaves room for a slow machine.
    expect(performance.now() - start).toBeLessThan(10_000);
    for (let at = 0; at < 100_000; at++) {
      index.delete('exact', `com.app.room${at}.message`);
      index.delete('prefix', `com.app.room${at}.`);
      index.delete('wildcard', `com.app.room${at}..created`);
    }
    expect(index.all('com.app.room7.message')).toEqual([]);
  });
});
