import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { json } from '../../src/serializer/json.js';
import { parseExact } from '../../src/serializer/json-exact.js';
import { jsonSlices } from '../../src/serializer/json-slices.js';
import { EncodeError, ProtocolError } from '../../src/wire/index.js';
import { toHex } from './engines.js';

const text = (frame: string | Uint8Array): string => Buffer.from(toHex(frame), 'hex').toString();

describe.each([
  ['json', json()],
  ['jsonSlices', jsonSlices()],
])('%s', (_, engine) => {
  const args = (list: string): readonly unknown[] | undefined =>
    engine.split(`[16,1,{},"a.b",${list}]`).payload?.values.args;
  const write = (...values: readonly unknown[]): string =>
    text(engine.encodePayload({ args: values, kwargs: undefined }).data);

  test('takes text and bytes alike', () => {
    const frame = '[16, 1, {"é": "\\n"}, "a.b", ["😀"]]';
    for (const either of [frame, Buffer.from(frame), new TextEncoder().encode(frame)]) {
      const { fields, payload } = engine.split(either);
      expect(fields).toEqual([16, 1, { é: '\n' }, 'a.b']);
      expect(payload?.values).toEqual({ args: ['😀'], kwargs: undefined });
    }
  });

  test('joins names beyond ASCII with a payload of any length', () => {
    for (const tail of ['', 'x', 'x'.repeat(100)]) {
      const frame = engine.join([16, 1, {}, 'é.😀'], engine.encodePayload({ args: [tail], kwargs: undefined }));
      expect(text(frame)).toBe(`[16,1,{},"é.😀",["${tail}"]]`);
    }
  });

  test('writes bytes as U+0000 and base64, and reads them so at any depth, in options too', () => {
    expect(write({ a: new Uint8Array([1, 2]) })).toBe('[{"a":"\\u0000AQI="}]');
    expect(args('["\\u0000AQI=",{"a":["\\u0000"]}]')).toEqual([new Uint8Array([1, 2]), { a: [new Uint8Array()] }]);
    expect(engine.split('[1,"r",{"k":"\\u0000AQI="}]').fields[2]).toEqual({ k: new Uint8Array([1, 2]) });
  });

  test.each(['AQI', 'A', 'A===', '=', 'AQ=I', 'A QI=', 'AQI=\\n', '\\u0000AQI=', 'é', 'AQ-_'])(
    'leaves received text that is not base64, U+0000 and %j, as text',
    (tail) => {
      expect(args(`["\\u0000${tail}"]`)).toEqual([JSON.parse(`"\\u0000${tail}"`)]);
    },
  );

  test('refuses local text that starts with U+0000, and takes it inside', () => {
    expect(() => write(['\u0000AQI='])).toThrow(EncodeError);
    expect(() => write(['\u0000AQI='])).toThrow('args[0][0] starts with U+0000');
    expect(args(write('a\u0000'))).toEqual(['a\u0000']);
  });

  test('refuses NaN and the infinities, which JSON cannot carry, and dates', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, new Date()]) {
      expect(() => write({ when: value })).toThrow(EncodeError);
      expect(() => write({ when: value })).toThrow('args[0].when is');
    }
  });

  test('writes integers as digits and numbers beyond 2^53-1 with an exponent', () => {
    expect(write(2 ** 53 - 1, 2n ** 53n, 2 ** 53, 2n ** 70n, -0, 1e300)).toBe(
      '[9007199254740991,9007199254740992,9.007199254740992e+15,1180591620717411303424,-0,1e+300]',
    );
  });

  test('writes an id of 2^53 as digits', () => {
    expect(text(engine.join([337, 2 ** 53], undefined))).toBe('[337,9007199254740992]');
  });

  test('reads integers beyond 2^53-1 exactly, and every other number as a number', () => {
    expect(
      args('[9007199254740993, -9007199254740993,\n9007199254740991,9007199254740992.0,90071992547409930e1]'),
    ).toEqual([9007199254740993n, -9007199254740993n, 9007199254740991, 9007199254740992, 900719925474099300]);
    expect(args('["9007199254740993","\\"9007199254740993",0.12345678901234566,{"1":12345678901234567890}]')).toEqual([
      '9007199254740993',
      '"9007199254740993',
      0.12345678901234566,
      { 1: 12345678901234567890n },
    ]);
  });

  test('reads its type as the number it is, however it is spelled', () => {
    expect(engine.split('[1.6e1,1,{},"a.b",["x"]]').payload?.values.args).toEqual(['x']);
    expect(engine.split('["16",1,{},"a.b",["x"]]').payload).toBeUndefined();
  });

  test.each([
    '',
    'null',
    '{}',
    '"x"',
    '[1',
    '[1]]',
    '[1,]',
    '[01]',
    '[nul]',
    "['x']",
    '\ufeff[1]',
    '[1] x',
    '["\u0001"]',
  ])('finds %j malformed', (frame) => {
    expect(() => engine.split(frame)).toThrow(ProtocolError);
  });

  test('finds bytes that are not UTF-8 malformed', () => {
    expect(() => engine.split(Buffer.from('[1,"é"]', 'latin1'))).toThrow(ProtocolError);
  });

  test.each(['[', '{"a":', '[16,1,{},"a.b",'])('finds 200 000 times %j too deep, without overflowing', (piece) => {
    const frame = piece.repeat(200_000);
    expect(() => engine.split(frame)).toThrow(ProtocolError);
    const whole = `[16,1,{},"a.b",${'['.repeat(200_000)}${']'.repeat(200_000)}]`;
    expect(() => engine.split(whole)).toThrow(/too deep/);
  });
});

test('an integer of more than 4096 digits is refused everywhere, and one of 4096 is exact', () => {
  const most = 10n ** 4096n - 1n;
  for (const engine of [json(), jsonSlices()]) {
    expect(engine.split(`[16,1,{},"a.b",[${most}]]`).payload?.values.args).toEqual([most]);
    expect(() => engine.split(`[16,1,{},"a.b",[${most}1]]`)).toThrow(ProtocolError);
    expect(() => engine.encodePayload({ args: [most + 1n], kwargs: undefined })).toThrow(EncodeError);
  }
});

test('the two engines share their slices', () => {
  const [text, bytes] = [json(), jsonSlices()];
  const values = { args: ['é', 1], kwargs: { a: null } };
  expect(toHex(text.join([50, 1, {}], bytes.encodePayload(values)))).toBe(
    toHex(bytes.join([50, 1, {}], text.encodePayload(values))),
  );
  expect(text.decodePayload(bytes.encodePayload(values))).toEqual(values);
  expect(bytes.decodePayload(text.encodePayload(values))).toEqual(values);
});

test('exact parsing is JSON.parse where no integer is beyond 2^53-1', () => {
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(
        numbers,
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\\', '"', '\\"', ']', ',', 'true'),
        fc.boolean(),
      ),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1, '\t'), (wanted, indent) => {
      const spelled = JSON.stringify(wanted, undefined, indent);
      expect(parseExact(spelled)).toEqual(JSON.parse(spelled));
    }),
    { numRuns: 200 },
  );
});

test('the two engines read the same envelope in any text, whatever its spaces, escapes and numbers', () => {
  const whole = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((value) => `${value}`);
  const floats = fc.constantFrom('1e3', '-1.5E-2', '0.1', '-0', '9007199254740992', '1E400', '123456789012345', '-7');
  const texts = fc.tuple(fc.string({ unit: 'binary' }), fc.boolean()).map(([value, ascii]) => {
    const text = JSON.stringify(value);
    return ascii ? text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : text;
  });
  const space = fc.constantFrom('', '', ' ', '\n\t');
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc
      .tuple(
        space,
        fc.oneof(
          { maxDepth: 4 },
          fc.oneof(whole, floats, texts, fc.constantFrom('true', 'false', 'null', '"\\u0000AQI="', '"\\u0000A"')),
          fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
          fc
            .array(fc.tuple(fc.oneof(texts, fc.constant('"__proto__"')), space, tie('value')), { maxLength: 4 })
            .map((pairs) => `{${pairs.map(([key, gap, item]) => `${gap}${key}${gap}:${item}`).join()}}`),
        ),
        space,
      )
      .map((pieces) => pieces.join('')),
  }));
  fc.assert(
    fc.property(value, space, (dict, gap) => {
      const frame = Buffer.from(`${gap}[${gap}1${gap},${dict},"a"${gap}]${gap}`);
      expect(jsonSlices().split(frame)).toEqual(json().split(frame));
    }),
    { numRuns: 200 },
  );
});

test('null for keyword arguments counts as left off: a client takes what some routers send', () => {
  const { payload } = json().split('[50,3,{},[3],null]');
  expect(payload?.values).toEqual({ args: [3], kwargs: undefined });
});
