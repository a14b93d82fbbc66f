import { expect, test } from 'vitest';
import { isPattern, isUri, uriComponent, uriRules } from '../../src/wire/index.js';

test.each(['a', 'a.b', 'com.myapp.topic-1', 'ünï.cödé', 'a/b', '0.1', 'com.my_app.Topic'])('%j is a URI', (uri) => {
  expect(isUri(uri)).toBe(true);
});

test.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a\tb', 'a#b', 'a.\n'])('%j is none', (uri) => {
  expect(isUri(uri)).toBe(false);
});

test.each([
  ['com.my_app.topic1', true],
  ['com.MyApp', false],
  ['com.my-app', false],
  ['a..b', false],
])('strictly, %j: %j', (uri, expected) => {
  expect(isUri(uri, uriRules.strict)).toBe(expected);
});

test.each([
  ['exact', 'a..b', false],
  ['prefix', 'com.app.emer', true],
  ['prefix', 'com.app.', true],
  ['prefix', 'com..app', false],
  ['prefix', 'a b', false],
  ['wildcard', 'a..b', true],
  ['wildcard', '..', true],
  ['wildcard', 'a.#.b', false],
] as const)('as %s pattern, %j: %j', (match, uri, expected) => {
  expect(isPattern(uri, match)).toBe(expected);
});

test.each([undefined, null, 5, {}])('a component is made of a text, and not of %j', (value) => {
  expect(() => uriComponent(value as never)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});

test('a long URI takes no longer than it is long', () => {
  // Nested repetition would try every way to part it: the test would not end.
  expect(isUri(`${'a.'.repeat(50_000)}#`)).toBe(false);
  expect(isPattern(`${'a.'.repeat(50_000)}#`, 'prefix')).toBe(false);
});
