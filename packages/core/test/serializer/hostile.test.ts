import { describe, expect, test } from 'vitest';
import { cbor } from '../../src/serializer/cbor.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import { ProtocolError } from '../../src/wire/index.js';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
/** `[16, 1, {}, "a"` and then one element of payload. */
const cborHead = '85 10 01 a0 6161';
const msgpackHead = '95 10 01 80 a161';

describe('CBOR', () => {
  test.each([
    ['a list of 2^64-1 items', '9b ffffffffffffffff'],
    ['a list of 2^32-1 items', '81 9a ffffffff 01'],
    ['a dictionary of 2^53 pairs', '81 bb 0020000000000000'],
    ['text of 2^64-1 bytes', '81 7b ffffffffffffffff 61'],
    ['bytes of 2 GiB', '81 5a 7fffffff 00'],
    ['a bignum of 2 GiB', '81 c2 5a 7fffffff 00'],
    ['text that is not UTF-8', '81 61 ff'],
    ['text that hides a surrogate', '81 63 eda080'],
    ['a chunk of text that is not UTF-8', '81 7f 61 c3 61 a9 ff'],
    ['a chunk of another type', '81 7f 41 61 ff'],
    ['a chunk of indefinite length', '81 7f 7f 61 61 ff ff'],
    ['a break that ends nothing', '81 ff'],
    ['a break after a tag', '9f c1 ff'],
    ['a break between key and value', '81 bf 6161 ff'],
    ['no break', '9f 01 02'],
    ['a reserved head', '81 1c'],
    ['an integer of indefinite length', '81 1f'],
    ['a simple value below 32 in two bytes', '81 f8 18'],
    ['200 000 tags', `81 ${'c1'.repeat(200_000)} 00`],
    ['200 000 lists', `${'81'.repeat(200_000)} 00`],
    ['200 000 lists of indefinite length', '9f'.repeat(200_000) + 'ff'.repeat(200_000)],
    ['200 000 dictionaries', `81 ${'a16161'.repeat(200_000)} 00`],
  ])('%s ends in a ProtocolError', (_, payload) => {
    expect(() => cbor().split(hex(`${cborHead} ${payload}`))).toThrow(ProtocolError);
  });

  test('keys may repeat, and the last one counts', () => {
    const { payload } = cbor().split(hex(`${cborHead} 81 a2 6161 01 6161 02`));
    expect(payload?.values.args).toEqual([{ a: 2 }]);
  });

  test.each([
    ['a key that is a list', '81 a1 80 01'],
    ['a key that is null', '81 a1 f6 01'],
    ['a tag without a meaning here', '81 d825 41 00'],
    ['a date that is none', '81 c0 63 616263'],
    ['a date that is no number', '81 c1 80'],
    ['a simple value without a meaning', '81 f8 ff'],
  ])('%s is well formed and goes on, but does not decode', (_, bytes) => {
    const { payload } = cbor().split(hex(`${cborHead} ${bytes}`));
    expect(() => payload?.values).toThrow(ProtocolError);
  });
});

describe('MessagePack', () => {
  test.each([
    ['a list of 2^32-1 items', '91 dd ffffffff 01'],
    ['a dictionary of 2^32-1 pairs', '91 df ffffffff a161 01'],
    ['text of 2^32-1 bytes', '91 db ffffffff 61'],
    ['bytes of 2^32-1', '91 c6 ffffffff 61'],
    ['an extension of 2^32-1 bytes', '91 c9 ffffffff 01 61'],
    ['an extension without its type', '91 d4'],
    ['text that is not UTF-8', '91 a1 ff'],
    ['the byte that is never used', '91 c1'],
    ['200 000 lists', `${'91'.repeat(200_000)} 00`],
    ['200 000 dictionaries', `91 ${'81a161'.repeat(200_000)} 00`],
  ])('%s ends in a ProtocolError', (_, payload) => {
    expect(() => msgpack().split(hex(`${msgpackHead} ${payload}`))).toThrow(ProtocolError);
  });

  test.each([
    ['an extension without a meaning here', '91 d4 05 00'],
    ['a timestamp of another length', '91 d4 ff 00'],
    ['a timestamp beyond all dates', '91 c7 0c ff 00000000 7fffffffffffffff'],
    ['a key that is a list', '91 81 90 01'],
  ])('%s is well formed and goes on, but does not decode', (_, bytes) => {
    const { payload } = msgpack().split(hex(`${msgpackHead} ${bytes}`));
    expect(() => payload?.values).toThrow(ProtocolError);
  });
});

test.each([cbor(), msgpack()])('$id: a text frame is none of its own', (engine) => {
  expect(() => engine.split('[1]')).toThrow(ProtocolError);
});
