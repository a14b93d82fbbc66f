import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { skipItem } from '../../src/serializer/binary-scan.js';
import { Shape, shapesOf } from '../../src/serializer/binary-shapes.js';
import { cbor } from '../../src/serializer/cbor.js';
import { cborHeads } from '../../src/serializer/cbor-heads.js';
import { Cursor, type ReadFormat } from '../../src/serializer/cursor.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import { msgpackHeads } from '../../src/serializer/msgpack-heads.js';
import { ProtocolError } from '../../src/wire/index.js';
import { portableValues } from './values.js';

/** A table that knows nothing, so that every head is read. */
const nothing = new Uint8Array(0x100);

/** Where the item ends, or what is wrong with it. */
function scan(bytes: Uint8Array, format: ReadFormat, shapes: Uint8Array, maxDepth: number): number | string {
  const cursor = new Cursor(bytes);
  try {
    skipItem(cursor, format, shapes, maxDepth);
    return cursor.at;
  } catch (error) {
    if (error instanceof ProtocolError) return error.message;
    throw error;
  }
}

describe.each([
  ['CBOR', cborHeads, cbor],
  ['MessagePack', msgpackHeads, msgpack],
] as const)('%s', (_, format, serializer) => {
  const shapes = shapesOf(format);

  test('what first bytes say is what their heads say, of items, of pieces of them and of soup', () => {
    const encoded = portableValues.map((values) => serializer().encodePayload(values).data as Uint8Array);
    const cut = fc.tuple(encoded, fc.nat()).map(([bytes, at]) => bytes.subarray(0, at % (bytes.length + 1)));
    const spoiled = fc.tuple(encoded, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
      const copy = Uint8Array.from(bytes);
      copy[at % copy.length] = byte;
      return copy;
    });
    const soup = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(encoded, cut, spoiled, soup), fc.integer({ min: 1, max: 6 }), (bytes, maxDepth) => {
        expect(scan(bytes, format, shapes, maxDepth)).toBe(scan(bytes, format, nothing, maxDepth));
      }),
      { numRuns: 5_000 },
    );
  });

  test('of most first bytes the table knows all, so that a message of a million small items is no work', () => {
    expect(shapes.filter((shape) => shape !== Shape.HEAD).length).toBeGreaterThan(180);
  });
});
