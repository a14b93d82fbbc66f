import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Serializer } from '../../src/wire/index.js';
import { EncodeError, Payload } from '../../src/wire/index.js';
import { engines } from './engines.js';
import { portableValues } from './values.js';

const all: readonly (readonly [string, Serializer])[] = Object.entries(engines).map(([name, make]) => [name, make()]);
const pairs = all.flatMap(([a, from]) => all.map(([b, to]) => ({ title: `from ${a} to ${b}`, from, to })));
const { cbor, msgpack, json, jsonSlices } = engines;

/** A payload as a router holds it that received it through `engine`. */
function received(engine: Serializer, ...args: readonly unknown[]): Payload {
  const slice = engine.encodePayload({ args, kwargs: undefined });
  const { payload } = engine.split(engine.join([16, 1, {}, 'a.b'], slice));
  if (!payload) throw new Error('a payload was sent');
  return payload;
}

describe.each(pairs)('$title', ({ from, to }) => {
  test('a payload arrives as it was sent', () => {
    fc.assert(
      fc.property(portableValues, (values) => {
        const { payload } = from.split(from.join([50, 1, {}], from.encodePayload(values)));
        const slice = payload?.slice(to);
        expect(slice?.count).toBe(values.kwargs ? 2 : 1);
        expect(to.split(to.join([50, 1, {}], slice)).payload?.values).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });
});

test('bytes become U+0000 and base64 on their way to JSON, an opaque payload too', () => {
  const bytes = Uint8Array.from([1, 2]);
  expect(received(cbor(), bytes).slice(json()).data).toBe('["\\u0000AQI="]');
  expect(Payload.ofOpaque(bytes).slice(json()).data).toBe('"\\u0000AQI="');
});

test.each([
  ['NaN to JSON', cbor(), json(), Number.NaN],
  ['an infinity to JSON', msgpack(), jsonSlices(), Number.NEGATIVE_INFINITY],
  ['a date to JSON', cbor(), json(), new Date(0)],
  ['text that JSON would take for binary data', msgpack(), json(), '\u0000AQI='],
  ['an integer of 65 bits to MessagePack', json(), msgpack(), 2n ** 64n],
  ['half of a surrogate pair to CBOR', jsonSlices(), cbor(), '\ud800'],
])('%s is refused, and not sent as something else', (_, from, to, value) => {
  expect(() => received(from, value).slice(to)).toThrow(EncodeError);
});

test('what cannot be decoded on the way is refused as what cannot be encoded', () => {
  // [50, 1, {}, [tag 37 (UUID) of bytes]]
  const frame = Buffer.from('841832 01 a0 81 d825 4101'.replaceAll(' ', ''), 'hex');
  const { payload } = cbor().split(frame);
  expect(payload?.slice(cbor()).count).toBe(1);
  expect(() => payload?.slice(json())).toThrow(EncodeError);
  expect(() => payload?.slice(json())).toThrow('CBOR tag 37');
});

test.each([cbor(), msgpack()])('$id carries NaN, the infinities and dates', (engine) => {
  const args = [Number.NaN, Number.POSITIVE_INFINITY, new Date(0), new Date(-1), new Date('2026-11-24T03:29:34.567Z')];
  expect(received(engine, ...args).values.args).toEqual(args);
});

test.each([cbor(), msgpack()])('$id carries any date between the years 0 and 9999', (engine) => {
  const dates = fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      expect(received(engine, date).values.args).toEqual([date]);
    }),
  );
});
