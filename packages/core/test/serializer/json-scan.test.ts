import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanJson } from '../../src/serializer/json-scan.js';
import { ProtocolError } from '../../src/wire/index.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What `JSON.parse` says: whether the bytes are UTF-8, JSON, and an array. */
function isJsonArray(bytes: Uint8Array): boolean {
  try {
    return Array.isArray(JSON.parse(fatal.decode(bytes)));
  } catch {
    return false;
  }
}

function scans(bytes: Uint8Array): boolean {
  try {
    scanJson(bytes, 1000);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

const array = fc.array(fc.jsonValue({ stringUnit: 'binary' }), { maxLength: 6 });
/** A JSON text in several styles: with indentation, with escapes, with raw characters beyond ASCII. */
const jsonText = fc.tuple(array, fc.constantFrom(0, 1, '\t'), fc.boolean()).map(([value, indent, ascii]) => {
  const text = JSON.stringify(value, undefined, indent);
  return ascii ? text.replace(/[^ -~\s]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : text;
});
/** Pieces of JSON and near misses, in any order. */
const soup = fc
  .array(
    fc.constantFrom(
      ...[
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '"',
        '\\',
        '"a"',
        '"":',
        'true',
        'false',
        'null',
        'nul',
        'NaN',
        ' ',
        '\n',
        '\v',
      ],
      ...[
        '0',
        '-0',
        '01',
        '1.',
        '.5',
        '1.5',
        '1e5',
        '1E+',
        '-',
        '+1',
        '1e-2',
        '"\\u00e9"',
        '"\\u00g9"',
        '"\\x"',
        '\ufeff',
      ],
      ...['"\t"', '"\\n"', '"\\"', '"é😀"', '"\ud800"', '"\\ud800"', '/**/', "'a'"],
    ),
    { maxLength: 8 },
  )
  .map((pieces) => `[${pieces.join('')}]`);

test('what JSON.parse takes as an array, the scanner takes, and its bounds are those of the elements', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      const bytes = bytesOf(text);
      const bounds = scanJson(bytes, 1000);
      const elements: unknown[] = [];
      for (let i = 0; i < bounds.length; i += 2) {
        elements.push(JSON.parse(fatal.decode(bytes.subarray(bounds[i], bounds[i + 1]))));
      }
      expect(elements).toEqual(JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});

test('on pieces of JSON in any order the scanner and JSON.parse agree', () => {
  fc.assert(
    fc.property(soup, (text) => {
      expect(scans(bytesOf(text))).toBe(isJsonArray(bytesOf(text)));
    }),
    { numRuns: 3000 },
  );
});

test('on JSON with bytes changed, removed or put in the scanner and JSON.parse agree', () => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.integer({ min: 0, max: 2 }),
    put: fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...bytesOf('[]{},:"\\0-.e1u'))), {
      maxLength: 2,
    }),
  });
  fc.assert(
    fc.property(jsonText, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
      const bytes = [...bytesOf(text)];
      for (const { at, remove, put } of changes) bytes.splice(at % bytes.length, remove, ...put);
      expect(scans(Uint8Array.from(bytes))).toBe(isJsonArray(Uint8Array.from(bytes)));
    }),
    { numRuns: 1500 },
  );
});

test('in a long string a byte that must not be there is found wherever it is', () => {
  for (let at = 1; at < 210; at++) {
    for (const byte of [0x00, 0x1f, 0x80, 0xff, 0xc3]) {
      const bytes = bytesOf(`["${'x'.repeat(220)}"]`);
      bytes[at + 1] = byte;
      expect(() => scanJson(bytes, 100)).toThrow(ProtocolError);
    }
    const escaped = bytesOf(`["${'x'.repeat(at)}\\"${'y'.repeat(200)}"]`);
    expect(scanJson(escaped, 100)).toEqual([1, escaped.length - 1]);
  }
});

test.each([
  ['an overlong form', [0xc0, 0x80]],
  ['an overlong form of three bytes', [0xe0, 0x80, 0x80]],
  ['an overlong form of four bytes', [0xf0, 0x80, 0x80, 0x80]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['what is beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['a stray continuation', [0x80]],
  ['a sequence cut short', [0xe2, 0x82]],
])('%s is not UTF-8', (_, sequence) => {
  const bytes = Uint8Array.from([...bytesOf('["'), ...sequence, ...bytesOf('"]')]);
  expect(isJsonArray(bytes)).toBe(false);
  expect(scans(bytes)).toBe(false);
});

test('the error says where and why', () => {
  expect(() => scanJson(bytesOf('[1,{"a" 2}]'), 100)).toThrow('malformed JSON at byte 8: a colon follows a key');
});
