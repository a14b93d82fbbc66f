import { expect, test } from 'vitest';
import { cbor } from '../../src/serializer/cbor.js';
import { jsonSlices } from '../../src/serializer/json-slices.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import type { Serializer } from '../../src/wire/index.js';
import { Encoded, encode, framed, Payload, ReceivedPayload } from '../../src/wire/index.js';

/** An engine that counts what it is asked. */
function counting(engine: Serializer): Serializer & { encoded: number; decoded: number } {
  return {
    ...engine,
    encoded: 0,
    decoded: 0,
    encodePayload(values) {
      this.encoded++;
      return engine.encodePayload(values);
    },
    decodePayload(slice) {
      this.decoded++;
      return engine.decodePayload(slice);
    },
  };
}

test('absent arguments are no payload, and an empty list with keyword arguments is sent', () => {
  expect(Payload.of()).toBeUndefined();
  expect(Payload.of([])).toBeUndefined();
  expect(Payload.of([], {})?.values).toEqual({ args: [], kwargs: {} });
  expect(Payload.of(undefined, { a: 1 })?.slice(jsonSlices()).count).toBe(2);
});

test('a payload that only passes through is neither decoded nor encoded', () => {
  const engine = counting(jsonSlices());
  const slice = engine.encodePayload({ args: [1], kwargs: undefined });
  const payload = new ReceivedPayload(engine, slice);
  engine.encoded = 0;
  expect(payload.slice(engine)).toBe(slice);
  expect(payload.opaque).toBe(false);
  expect(engine).toMatchObject({ encoded: 0, decoded: 0 });
});

test('each other form is made once, whoever asks', () => {
  const [source, first, second] = [counting(jsonSlices()), counting(cbor()), counting(msgpack())];
  const payload = new ReceivedPayload(source, source.encodePayload({ args: ['x'], kwargs: undefined }));
  for (const engine of [first, second]) {
    expect(payload.slice(engine)).toBe(payload.slice(engine));
    expect(engine.encoded).toBe(1);
  }
  expect(payload.values).toBe(payload.values);
  expect(source.decoded).toBe(1);
});

test('from values too, each form is made once', () => {
  const [first, second] = [counting(cbor()), counting(msgpack())];
  const payload = Payload.of(['x']);
  for (const engine of [first, second, first, second]) payload?.slice(engine);
  expect([first.encoded, second.encoded]).toEqual([1, 1]);
});

test('a message knows its size in bytes before it is made into bytes', () => {
  for (const text of ['', 'a', 'é', '€', '😀', 'a€😀é']) {
    expect(new Encoded(text, false).size).toBe(new TextEncoder().encode(text).length);
  }
});

test('an encoded message is framed once for each framing', () => {
  const encoded = encode({ code: 337, publication: 7 }, cbor());
  let times = 0;
  const framing = () => new Uint8Array([++times]);
  const frame = (): Uint8Array => framed(encoded, framing);
  expect(frame()).toBe(frame());
  expect(times).toBe(1);
});
