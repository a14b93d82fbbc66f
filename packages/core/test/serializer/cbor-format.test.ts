import { Encoder } from 'cbor-x';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cbor } from '../../src/serializer/cbor.js';
import { EncodeError, ProtocolError } from '../../src/wire/index.js';
import { toHex } from './engines.js';
import { hasProtoKey, loosely } from './foreign.js';
import { portable } from './values.js';

const engine = cbor();

/** The one argument in `bytes` of CBOR. */
const read = (hex: string): unknown =>
  engine.decodePayload({ data: Buffer.from(`81${hex}`.replaceAll(' ', ''), 'hex'), count: 1 }).args[0];
const write = (value: unknown): string =>
  toHex(engine.encodePayload({ args: [value], kwargs: undefined }).data).slice(2);

describe('reads what RFC 8949 gives as examples', () => {
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['1bffffffffffffffff', 18446744073709551615n],
    ['c249010000000000000000', 18446744073709551616n],
    ['3bffffffffffffffff', -18446744073709551616n],
    ['c349010000000000000000', -18446744073709551617n],
    ['20', -1],
    ['3903e7', -1000],
    ['f90000', 0],
    ['f98000', -0],
    ['f93c00', 1],
    ['fb3ff199999999999a', 1.1],
    ['f97bff', 65504],
    ['fa47c35000', 100_000],
    ['f90001', 2 ** -24],
    ['f90400', 0.00006103515625],
    ['f9c400', -4],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['f9fc00', Number.NEGATIVE_INFINITY],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', undefined],
    ['c074323031332d30332d32315432303a30343a30305a', new Date('2013-03-21T20:04:00Z')],
    ['c11a514b67b0', new Date(1363896240000)],
    ['c1fb41d452d9ec200000', new Date(1363896240500)],
    ['4401020304', new Uint8Array([1, 2, 3, 4])],
    ['62c3bc', 'ü'],
    ['64f0908591', '\u{10151}'],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a201020304', { 1: 2, 3: 4 }],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['5f42010243030405ff', new Uint8Array([1, 2, 3, 4, 5])],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9fff', []],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['826161bf61626163ff', ['a', { b: 'c' }]],
    ['d9d9f7 8101', [1]],
    ['d840 420102', new Uint8Array([1, 2])],
  ])('%s', (hex, value) => {
    expect(read(hex)).toEqual(value);
  });
});

describe('writes the shortest form', () => {
  test.each([
    [23, '17'],
    [24, '1818'],
    [255, '18ff'],
    [256, '190100'],
    [65_536, '1a00010000'],
    [2 ** 32, '1b0000000100000000'],
    [2 ** 53 - 1, '1b001fffffffffffff'],
    [-24, '37'],
    [-25, '3818'],
    [-(2 ** 32) - 1, '3b0000000100000000'],
    [2n ** 64n - 1n, '1bffffffffffffffff'],
    [-(2n ** 64n), '3bffffffffffffffff'],
    [2n ** 64n, 'c249010000000000000000'],
    [7n, '07'],
    [1.5, 'fb3ff8000000000000'],
    [new Date(1000), 'c101'],
    [{ a: undefined, b: 1 }, 'a1616201'],
  ])('%s is %s', (value, hex) => {
    expect(write(value)).toBe(hex);
  });
});

test('a message of indefinite length is taken, and its payload goes on without the break', () => {
  const { fields, payload } = engine.split(
    Buffer.from('9f10 01 bf ff 63612e62 9f 01 ff bf ff ff'.replaceAll(' ', ''), 'hex'),
  );
  expect(fields).toEqual([16, 1, {}, 'a.b']);
  expect(payload?.values).toEqual({ args: [1], kwargs: {} });
  expect(toHex(payload?.slice(engine).data ?? '')).toBe('9f01ffbfff');
});

test('an integer of any size comes back', () => {
  const beyond = fc.oneof(fc.bigInt({ min: 2n ** 53n }), fc.bigInt({ max: -(2n ** 53n) }));
  fc.assert(
    fc.property(beyond, (value) => {
      expect(read(write(value))).toBe(value);
    }),
  );
});

test('a bignum has up to 1700 bytes', () => {
  const most = 2n ** (8n * 1700n) - 1n;
  expect(read(write(most))).toBe(most);
  expect(() => write(most + 1n)).toThrow(EncodeError);
  expect(() => read(`c25906a5${'ff'.repeat(1701)}`)).toThrow(ProtocolError);
});

describe('cbor-x', () => {
  const foreign = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });

  test('reads what we write', () => {
    fc.assert(
      fc.property(
        portable.filter((value) => !hasProtoKey(value)),
        (value) => {
          expect(loosely(foreign.decode(Buffer.from(write(value), 'hex')))).toEqual(loosely(value));
        },
      ),
    );
  });

  test('writes what we read, its own defaults included', () => {
    fc.assert(
      fc.property(
        portable.filter((value) => !hasProtoKey(value)),
        fc.constantFrom(foreign, new Encoder({ useRecords: false })),
        (value, encoder) => {
          expect(loosely(read(Buffer.from(encoder.encode(value)).toString('hex')))).toEqual(loosely(value));
        },
      ),
    );
  });
});
