import { expect, test } from 'vitest';
import { saslprep } from '../../src/auth/index.js';

test.each([
  ['RFC 4013, example 1', 'I\u00ADX', 'IX'],
  ['RFC 4013, example 2', 'user', 'user'],
  ['RFC 4013, example 3', 'USER', 'USER'],
  ['RFC 4013, example 4', '\u00AA', 'a'],
  ['RFC 4013, example 5', '\u2168', 'IX'],
  ['spaces of any kind', 'a\u00A0b\u3000c', 'a b c'],
  ['accents, however they were typed', 'e\u0301', '\u00E9'],
  ['text from right to left', '\u0627\u0031\u0628', '\u0627\u0031\u0628'],
  ['what Unicode 3.2 did not have', '\u{1F600}', '\u{1F600}'],
])('%s', (_name, text, normal) => {
  expect(saslprep(text)).toBe(normal);
});

test.each([
  ['RFC 4013, example 6: a control character', '\u0007'],
  ['RFC 4013, example 7: a digit behind text from right to left', '\u0627\u0031'],
  ['both directions', '\u0627a\u0628'],
  ['half a character', '\uD800'],
  ['what is no character', '\uFFFE'],
  ['private use', '\uE000'],
  ['what turns the text around', 'a\u202Eb'],
])('%s is refused', (_name, text) => {
  expect(() => saslprep(text)).toThrow(/SASLprep/);
});
