import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { msgpack } from '../../src/serializer/msgpack.js';
import { EncodeError } from '../../src/wire/index.js';
import { toHex } from './engines.js';
import { hasProtoKey, loosely } from './foreign.js';
import { portable } from './values.js';

const engine = msgpack();

/** The one argument in `bytes` of MessagePack. */
const read = (hex: string): unknown =>
  engine.decodePayload({ data: Buffer.from(`91${hex}`.replaceAll(' ', ''), 'hex'), count: 1 }).args[0];
const write = (value: unknown): string =>
  toHex(engine.encodePayload({ args: [value], kwargs: undefined }).data).slice(2);

describe('reads every width', () => {
  test.each([
    ['7f', 127],
    ['e0', -32],
    ['cc80', 128],
    ['cd0001', 1],
    ['ce00000001', 1],
    ['cf0000000000000001', 1],
    ['cf001fffffffffffff', 2 ** 53 - 1],
    ['cf0020000000000000', 2n ** 53n],
    ['cfffffffffffffffff', 2n ** 64n - 1n],
    ['d0ff', -1],
    ['d1ffff', -1],
    ['d2ffffffff', -1],
    ['d3ffffffffffffffff', -1],
    ['d3ffe0000000000001', -(2 ** 53) + 1],
    ['d3ffe0000000000000', -(2n ** 53n)],
    ['d38000000000000000', -(2n ** 63n)],
    ['ca3fc00000', 1.5],
    ['cb3ff8000000000000', 1.5],
    ['cb7ff8000000000000', Number.NaN],
    ['c0', null],
    ['c2', false],
    ['c3', true],
    ['a2c3bc', 'ü'],
    ['d902c3bc', 'ü'],
    ['da0002c3bc', 'ü'],
    ['db00000002c3bc', 'ü'],
    ['c4020102', new Uint8Array([1, 2])],
    ['c500020102', new Uint8Array([1, 2])],
    ['c6000000020102', new Uint8Array([1, 2])],
    ['920102', [1, 2]],
    ['dc00020102', [1, 2]],
    ['dd000000020102', [1, 2]],
    ['81a16101', { a: 1 }],
    ['de0001a16101', { a: 1 }],
    ['df00000001a16101', { a: 1 }],
    ['8101a16b', { 1: 'k' }],
    ['d40000', undefined],
    ['d6ff00000001', new Date(1000)],
    ['d7ff1dcd650000000001', new Date(1125)],
    ['c70cff1dcd6500ffffffffffffffff', new Date(-500)],
  ])('%s', (hex, value) => {
    expect(read(hex)).toEqual(value);
  });
});

describe('writes the shortest form', () => {
  test.each([
    [127, '7f'],
    [128, 'cc80'],
    [256, 'cd0100'],
    [65_536, 'ce00010000'],
    [2 ** 32, 'cf0000000100000000'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-129, 'd1ff7f'],
    [-32_769, 'd2ffff7fff'],
    [-(2 ** 31) - 1, 'd3ffffffff7fffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [7n, '07'],
    ['x'.repeat(31), `bf${'78'.repeat(31)}`],
    ['x'.repeat(32), `d920${'78'.repeat(32)}`],
    [new Uint8Array([1]), 'c40101'],
    [new Date(1000), 'd6ff00000001'],
    [{ a: undefined, b: 1 }, '81a16201'],
  ])('%s is %s', (value, hex) => {
    expect(write(value)).toBe(hex);
  });

  test.each([
    [0x100, 'da0100'],
    [0x10000, 'db00010000'],
  ])('text of %i bytes has the head %s', (size, head) => {
    expect(write('x'.repeat(size)).slice(0, head.length)).toBe(head);
    expect(read(write('x'.repeat(size)))).toBe('x'.repeat(size));
  });

  test.each([
    [15, '9f'],
    [16, 'dc0010'],
    [0x10000, 'dd00010000'],
  ])('a list of %i has the head %s', (size, head) => {
    const list = new Array(size).fill(0);
    expect(write(list).slice(0, head.length)).toBe(head);
    expect(read(write(list))).toEqual(list);
  });
});

test.each([2n ** 64n, -(2n ** 63n) - 1n])('%s has no form', (value) => {
  expect(() => write(value)).toThrow(EncodeError);
});

describe('msgpackr', () => {
  const foreign = new Packr({ useRecords: false, variableMapSize: true });

  test('reads what we write', () => {
    fc.assert(
      fc.property(
        portable.filter((value) => !hasProtoKey(value)),
        (value) => {
          expect(loosely(foreign.unpack(Buffer.from(write(value), 'hex')))).toEqual(loosely(value));
        },
      ),
    );
  });

  test('writes what we read', () => {
    fc.assert(
      fc.property(
        portable.filter((value) => !hasProtoKey(value)),
        (value) => {
          expect(loosely(read(Buffer.from(foreign.pack(value)).toString('hex')))).toEqual(loosely(value));
        },
      ),
    );
  });
});
