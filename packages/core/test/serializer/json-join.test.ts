import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinJson } from '../../src/serializer/json-join.js';
import { writeEnvelope } from '../../src/serializer/json-write.js';
import { Slab } from '../../src/serializer/slab.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const slab = new Slab();
const tailOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const id = fc.oneof(
  fc.nat({ max: 1000 }),
  fc.maxSafeNat(),
  fc.constantFrom(2 ** 53, 1e8, 1e8 - 1, 1e16 - 1, 0, -0, -7),
);
const text = fc.oneof(fc.string({ unit: 'grapheme-ascii', maxLength: 80 }), fc.string({ unit: 'grapheme' }));
const dict = fc.oneof(
  fc.constant({}),
  fc.dictionary(fc.string(), fc.oneof(id, text.filter(isNoBinary), fc.boolean(), fc.constant(undefined))),
);
const field = fc.oneof(id, text.filter(isNoBinary), dict, fc.constantFrom(null, true, 1.5, []));

function isNoBinary(value: string): boolean {
  return value.charCodeAt(0) !== 0;
}

test('an envelope written as bytes reads as the one written as text', () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 6 }), (fields) => {
      expect(utf8.decode(joinJson(fields, undefined, 100, slab))).toBe(`[${writeEnvelope(fields, 100)}]`);
    }),
  );
});

test('frames that share memory leave each other alone, whatever their size', () => {
  const sizes = fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const expected = lengths.map((length, at) => `[50,${at},{},["${String(at % 10).repeat(length)}"]]`);
      const frames = lengths.map((length, at) =>
        joinJson([50, at, {}], tailOf(`["${String(at % 10).repeat(length)}"]`), 100, slab),
      );
      expect(frames.map((frame) => utf8.decode(frame))).toEqual(expected);
    }),
  );
});

// "é" and "漢" have two and three bytes, "😀" four for its two units; half a character is escaped.
test.each(['x', 'é', '漢', '😀', '\ud800', '"'])(
  'a long envelope of %j takes the memory of its bytes and no more',
  (unit) => {
    const fields = [2, 7, { text: unit.repeat(1_000), of: { roles: { broker: {} } } }];
    const frame = joinJson(fields, undefined, 100, slab);
    expect(utf8.decode(frame)).toBe(`[${writeEnvelope(fields, 100)}]`);
    // The digits of two numbers are not counted beforehand.
    expect(frame.buffer.byteLength - frame.byteLength).toBeLessThan(40);
  },
);
