import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullJitter } from '../../src/client/backoff.js';

test('the wait is drawn from zero to a bound that doubles up to a maximum', () => {
  const bounds = [1, 2, 3, 4, 5, 100].map(fullJitter({ initial: 100, max: 1_000 }, () => 1));
  expect(bounds).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(fullJitter({ initial: 100 }, () => 0)(5)).toBe(0);
});

test('no wait is negative, above the maximum or no number', () => {
  const options = fc.record({
    initial: fc.nat(10_000),
    max: fc.nat(60_000),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
  });
  fc.assert(
    fc.property(
      options,
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (o, attempt, drawn) => {
        const delay = fullJitter(o, () => drawn)(attempt);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(o.max);
      },
    ),
  );
});
