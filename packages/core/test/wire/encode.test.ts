import { expect, test } from 'vitest';
import * as Code from '../../src/wire/codes.js';
import { toFields } from '../../src/wire/encode.js';
import { nameOf } from '../../src/wire/message-names.js';

test('the envelope of a PUBLISH is its tuple without the arguments', () => {
  expect(toFields({ code: Code.PUBLISH, request: 7, options: { acknowledge: true }, topic: 'a.b' })).toEqual([
    16,
    7,
    { acknowledge: true },
    'a.b',
  ]);
});

test('UNREGISTERED carries details only when there are some', () => {
  expect(toFields({ code: Code.UNREGISTERED, request: 7 })).toEqual([67, 7]);
  expect(toFields({ code: Code.UNREGISTERED, request: 0, details: { registration: 3 } })).toEqual([
    67,
    0,
    { registration: 3 },
  ]);
});

test('message types have names for people', () => {
  expect(nameOf(16)).toBe('PUBLISH');
  expect(nameOf(99)).toBe('message type 99');
});
