import fc from 'fast-check';
import type { Values } from '../../src/wire/index.js';

/** What any serializer carries: text that JSON does not take for binary data, and no half of a surrogate pair. */
const text = fc.string({ unit: 'binary' }).filter((value) => !value.startsWith('\u0000'));
const bytes = fc.uint8Array({ maxLength: 40 }).map((value) => new Uint8Array(value));
/** Every integer of 64 bits that is no exact number, signed or not. */
const wide = fc.oneof(
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
);
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constantFrom(0, -0, 2 ** 53, -(2 ** 53), 2 ** 53 - 1, 1e21, 1e300, 2 ** 32, 2 ** 31, -(2 ** 31) - 1, 5e-324),
);
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '0', '\u0000'),
  fc.string({ unit: 'binary' }),
);

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(text, bytes, wide, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('tree'), { maxLength: 6 }),
    // Entries instead of `fc.dictionary`, so that `__proto__` can be a key.
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

/** A value that every serializer carries. */
export const portable: fc.Arbitrary<unknown> = tree;

/** A payload that every serializer carries. */
export const portableValues: fc.Arbitrary<Values> = fc.oneof(
  fc.record({ args: fc.array(portable, { maxLength: 5 }), kwargs: fc.constant(undefined) }),
  fc.record({
    args: fc.array(portable, { maxLength: 5 }),
    kwargs: fc.array(fc.tuple(key, portable), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  }),
  fc.oneof(text, bytes).map((opaque) => ({ args: [], kwargs: undefined, opaque })),
);

/** Lists in lists, `depth` of them. */
export function nested(depth: number): unknown[] {
  let list: unknown[] = [];
  for (let i = 1; i < depth; i++) list = [list];
  return list;
}
