import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SerializerOptions } from '../../src/serializer/elements.js';
import type { Serializer, Values } from '../../src/wire/index.js';
import { EncodeError, Payload, ProtocolError } from '../../src/wire/index.js';
import { publish, toBytes, toHex } from './engines.js';
import { nested, portable, portableValues } from './values.js';

/** What every serializer keeps to, whatever its format. */
export function serializerContract(make: (options?: SerializerOptions) => Serializer): void {
  const engine = make();
  const roundTrip = (values: Values): Values => engine.decodePayload(engine.encodePayload(values));
  const encode = (args: readonly unknown[], kwargs?: Record<string, unknown>) => () =>
    engine.encodePayload({ args, kwargs });

  describe('a message', () => {
    test('joined and split again has the same fields and the same payload', () => {
      const dict = fc.dictionary(fc.string(), portable, { maxKeys: 4 });
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 53 }), dict, portableValues, (id, options, values) => {
          const fields = [16, id, options, 'com.example'];
          const parts = engine.split(engine.join(fields, engine.encodePayload(values)));
          expect(parts.fields).toEqual(fields.map((field) => (field === options ? narrowed(options) : field)));
          expect(parts.payload?.values).toEqual(values);
          expect(parts.payload?.opaque).toBe(values.opaque !== undefined);
        }),
      );
    });

    test('without arguments has no payload, and with an empty list has one', () => {
      expect(engine.split(engine.join([16, 1, {}, 'a.b'], undefined)).payload).toBeUndefined();
      expect(engine.split(publish(engine, [])).payload?.values).toEqual({ args: [], kwargs: undefined });
    });

    test('has ids up to 2^53 as numbers, wherever in the envelope', () => {
      const fields = [36, 2 ** 53, 2 ** 53 - 1, { publisher: 2 ** 53, exclude: [2 ** 53] }];
      expect(engine.split(engine.join(fields, undefined)).fields).toEqual(fields);
    });

    test('received through one engine goes out again with the same payload, byte for byte', () => {
      const frame = publish(engine, ['x', { y: 1.5 }], { z: null });
      const { fields, payload } = engine.split(frame);
      expect(toHex(engine.join(fields, payload?.slice(engine)))).toBe(toHex(frame));
    });

    test('of a type that carries no payload may have further elements, which are fields', () => {
      expect(engine.split(engine.join([3, {}, 'a.b', ['x'], {}], undefined))).toEqual({
        fields: [3, {}, 'a.b', ['x'], {}],
        payload: undefined,
      });
    });

    test.each([
      ['a dictionary for arguments', [{}]],
      ['a number for arguments', [1]],
      ['null for arguments', [null]],
      ['a list for keyword arguments', [[], []]],
      ['an opaque payload and keyword arguments', ['x', {}]],
      ['an element too many', [[], {}, 1]],
    ])('with %s is malformed', (_, elements) => {
      // A SUBSCRIBE's fields may be anything, so that joining them as such makes the frame.
      const frame = engine.join([16, 1, {}, 'a.b', ...elements], undefined);
      expect(() => engine.split(frame)).toThrow(ProtocolError);
    });

    test.each([[[]], [['x']], [[null, 1]], [[1.5, 1]], [[99, 1]]])(
      '%j is taken apart, for decode to judge',
      (fields) => {
        expect(engine.split(engine.join(fields, undefined)).fields).toEqual(fields);
      },
    );
  });

  describe('a value', () => {
    test('comes back as it was', () => {
      fc.assert(
        fc.property(portableValues, (values) => {
          expect(roundTrip(values)).toEqual(values);
        }),
        { numRuns: 300 },
      );
    });

    test('that is an integer beyond 2^53-1 is a bigint, and any other integer a number', () => {
      const args = [2n ** 53n, -(2n ** 53n), 2n ** 64n - 1n, -(2n ** 63n), 7n, 2n ** 53n - 1n, -(2n ** 53n) + 1n];
      const back = [2n ** 53n, -(2n ** 53n), 2n ** 64n - 1n, -(2n ** 63n), 7, 2 ** 53 - 1, -(2 ** 53) + 1];
      expect(roundTrip({ args, kwargs: undefined }).args).toEqual(back);
    });

    test('that is a number stays one, however large', () => {
      const args = [2 ** 53, -(2 ** 60), 1e300, -0, 2 ** 32 + 1, 0.1];
      expect(roundTrip({ args, kwargs: undefined }).args).toEqual(args);
    });

    test('that is bytes is bytes at any depth, in a Buffer too, and a plain Uint8Array in the end', () => {
      const data = Uint8Array.from({ length: 20_000 }, (_, i) => i);
      const { args } = roundTrip({ args: [data, { deep: [Buffer.from(data)] }, new Uint8Array()], kwargs: undefined });
      expect(args).toEqual([data, { deep: [data] }, new Uint8Array()]);
    });

    test('that is long text comes back whole', () => {
      const args = ['a'.repeat(300), `${'b'.repeat(100)}é${'c'.repeat(70_000)}`, '😀'.repeat(100), '\u{feff}bom'];
      expect(roundTrip({ args, kwargs: undefined }).args).toEqual(args);
    });

    test('that is an undefined property is left off', () => {
      expect(roundTrip({ args: [{ a: undefined, b: 1 }], kwargs: { c: undefined } })).toEqual({
        args: [{ b: 1 }],
        kwargs: {},
      });
      expect(Object.keys(roundTrip({ args: [], kwargs: { c: undefined } }).kwargs ?? {})).toEqual([]);
    });

    test('under the key __proto__ is an own property and changes no prototype', () => {
      const hostile: unknown = JSON.parse(
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      );
      const [dict] = roundTrip({ args: [hostile], kwargs: undefined }).args;
      expect(Object.getPrototypeOf(dict)).toBe(Object.prototype);
      expect(Object.keys(Object(dict))).toEqual(['__proto__', 'constructor']);
      expect('polluted' in Object(dict)).toBe(false);
      expect('polluted' in {}).toBe(false);
    });

    test.each([
      ['undefined in a list', [undefined], 'args[0] is undefined'],
      // biome-ignore lint/suspicious/noSparseArray: that is what is tested
      ['a hole in a list', [[1, , 2]], 'args[0][1] is undefined'],
      ['a function', [{ f() {} }], 'args[0].f is a function'],
      ['a symbol', [[Symbol('s')]], 'args[0][0] is a symbol'],
      ['a Map', [{ a: { b: new Map() } }], 'args[0].a.b is of type Map'],
      ['a Set', [new Set()], 'args[0] is of type Set'],
      ['a typed array other than of bytes', [new Float64Array(1)], 'args[0] is of type Float64Array'],
      ['an ArrayBuffer', [new ArrayBuffer(1)], 'args[0] is of type ArrayBuffer'],
      ['an error', [new Error('x')], 'args[0] is of type Error'],
      ['a promise', [Promise.resolve()], 'args[0] is of type Promise'],
      ['a URL, which has toJSON', [new URL('http://x')], 'args[0] is of type URL'],
      ['an object with its own toJSON', [{ toJSON: () => 1 }], 'args[0].toJSON is a function'],
      ['an instance of a class', [new (class Price {})()], 'args[0] is of type Price'],
      ['an invalid date', [new Date(Number.NaN)], 'args[0] is'],
    ])('that is %s is refused, by its path', (_, args, message) => {
      expect(encode(args)).toThrow(EncodeError);
      expect(encode(args)).toThrow(message);
    });

    test('is refused by its path in keyword arguments and in the envelope too', () => {
      expect(encode([], { list: [0, { f: Symbol('s') }] })).toThrow('kwargs.list[1].f is a symbol');
      expect(() => engine.join([16, 1, { f: Symbol('s') }, 'a.b'], undefined)).toThrow('message[2].f is a symbol');
    });

    test('that contains itself is refused', () => {
      const list: unknown[] = [];
      list.push({ list });
      expect(encode(list)).toThrow(EncodeError);
    });
  });

  test('encoding inside encoding, from a getter in the values, disturbs neither', () => {
    let inner = '';
    const values = {
      get first() {
        inner = toHex(engine.encodePayload({ args: ['inner'], kwargs: undefined }).data);
        return 1;
      },
      second: 2,
    };
    const outer = engine.encodePayload({ args: [values], kwargs: undefined });
    expect(engine.decodePayload(outer).args).toEqual([{ first: 1, second: 2 }]);
    expect(inner).toBe(toHex(engine.encodePayload({ args: ['inner'], kwargs: undefined }).data));
  });

  test('after a value was refused the next one is written as ever', () => {
    expect(encode(['x'.repeat(10_000), Symbol('s')])).toThrow(EncodeError);
    expect(roundTrip({ args: [1], kwargs: undefined }).args).toEqual([1]);
  });

  test('frames of any size keep their bytes while others are made', () => {
    const texts = Array.from({ length: 300 }, (_, i) => 'x'.repeat((i * 37) % 1500) + i);
    const frames = texts.map((text) => publish(engine, [text]));
    expect(frames.map((frame) => engine.split(frame).payload?.values.args[0])).toEqual(texts);
  });

  describe('depth', () => {
    test('of 100 in one element goes both ways, and of 101 neither', () => {
      const lax = make({ maxDepth: 101 });
      const roundTripped = engine.split(publish(engine, nested(100))).payload?.values.args;
      expect(roundTripped).toEqual(nested(100));
      expect(encode(nested(101))).toThrow(EncodeError);
      expect(() => engine.split(publish(lax, nested(101)))).toThrow(ProtocolError);
      expect(lax.split(publish(lax, nested(101))).payload?.values.args).toEqual(nested(101));
    });

    test.each([2.5, -1, Number.NaN])('is limited also where the limit is no depth, such as %d', (maxDepth) => {
      const deep = publish(make({ maxDepth: 1000 }), nested(500));
      expect(() => make({ maxDepth }).split(deep).payload?.values).toThrow(ProtocolError);
    });

    test('is limited in the envelope too', () => {
      const lax = make({ maxDepth: 102 });
      expect(() => engine.split(lax.join([1, 'realm', { deep: nested(101) }], undefined))).toThrow(ProtocolError);
    });

    test('counts dictionaries as it counts lists', () => {
      const lax = make({ maxDepth: 1000 });
      let dict: Record<string, unknown> = {};
      for (let i = 0; i < 120; i++) dict = { dict };
      expect(() => engine.split(publish(lax, [dict]))).toThrow(ProtocolError);
      expect(() => engine.split(publish(lax, [], dict))).toThrow(ProtocolError);
    });
  });

  describe('a hostile frame', () => {
    const frames = [
      publish(engine, ['x', { y: [1.5, -7, true, null] }, 'é😀', new Uint8Array([1, 2, 3])], { z: 2n ** 60n, w: 300 }),
      engine.join([1, 'realm', { roles: { caller: { features: { call_canceling: true } } } }], undefined),
      engine.join([36, 5, 2 ** 53, { enc_algo: 'cryptobox' }], engine.encodePayload(opaque(new Uint8Array(20)))),
    ].map(toBytes);

    test('cut short at any byte is malformed', () => {
      for (const frame of frames) {
        for (let end = 0; end < frame.length; end++) {
          expect(() => engine.split(frame.subarray(0, end))).toThrow(ProtocolError);
        }
      }
    });

    test('with something behind it is malformed', () => {
      for (const frame of frames) {
        expect(() => engine.split(Uint8Array.from([...frame, 0]))).toThrow(ProtocolError);
      }
    });

    test('with any bytes changed is taken or malformed, and nothing else; what is taken decodes or is undecodable', () => {
      const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(fc.constantFrom(...frames), flips, (frame, changes) => {
          const bytes = new Uint8Array(frame);
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          onlyProtocolErrors(() => engine.split(bytes).payload?.values);
        }),
        { numRuns: 1500 },
      );
    });

    test('of random bytes is taken or malformed, and nothing else', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
          onlyProtocolErrors(() => engine.split(bytes).payload?.values);
        }),
        { numRuns: 1000 },
      );
    });

    test('that is not one array is malformed', () => {
      const list = toBytes(engine.join([], undefined));
      for (const bytes of [new Uint8Array(), Uint8Array.from([...list, ...list])]) {
        expect(() => engine.split(bytes)).toThrow(ProtocolError);
      }
    });
  });

  test('an opaque payload goes through untouched', () => {
    for (const data of [Uint8Array.from([0, 255, 128]), 'sealed', '', new Uint8Array()]) {
      const payload = Payload.ofOpaque(data);
      const slice = payload.slice(engine);
      expect(slice).toMatchObject({ count: 1, opaque: true });
      const received = engine.split(engine.join([36, 1, 2, { ppt_scheme: 'x_own' }], slice)).payload;
      expect(received?.opaque).toBe(true);
      expect(received?.values).toEqual(opaque(data));
    }
  });
}

function opaque(data: Uint8Array | string): Values {
  return { args: [], kwargs: undefined, opaque: data };
}

function onlyProtocolErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}

/** What an envelope makes of 2^53, the largest id, where a payload would have a bigint. */
function narrowed(value: unknown): unknown {
  if (value === 2n ** 53n) return 2 ** 53;
  if (Array.isArray(value)) return value.map(narrowed);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, narrowed(inner)]));
}
