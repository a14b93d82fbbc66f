import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TurnoverMap } from '../../src/wire/turnover-map.js';

const step = fc.oneof(
  fc.record({ type: fc.constant('set' as const), key: fc.nat(40), value: fc.string() }),
  fc.record({ type: fc.constant('delete' as const), key: fc.nat(40) }),
  fc.record({ type: fc.constant('clear' as const) }),
);

test('whatever comes and goes, it holds what a Map would, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step), fc.nat(3000), (steps, before) => {
      const [map, model] = [new TurnoverMap<number, string>(), new Map<number, string>()];
      // So that its entries move to another table somewhere among the steps.
      for (let i = 0; i < before; i++) {
        for (const each of [map, model]) {
          each.set(i, `${i}`);
          if (i >= 20) each.delete(i - 20);
        }
      }
      for (const each of steps) {
        if (each.type === 'set') {
          map.set(each.key, each.value);
          model.set(each.key, each.value);
        } else if (each.type === 'delete') expect(map.delete(each.key)).toBe(model.delete(each.key));
        else for (const emptied of [map, model]) emptied.clear();
        expect([...map.values()]).toEqual([...model.values()]);
        expect(map.size).toBe(model.size);
      }
      for (let key = 0; key <= 40; key++) {
        expect(map.has(key)).toBe(model.has(key));
        expect(map.get(key)).toBe(model.get(key));
      }
    }),
    { numRuns: 50 },
  );
});

test('what is deleted while it is gone through is left out, also when its entries have just moved', () => {
  const map = new TurnoverMap<number, number>();
  for (let i = 0; i < 1001; i++) {
    map.set(i, i);
    if (i < 997) map.delete(i);
  }
  const met: number[] = [];
  for (const value of map.values()) {
    met.push(value);
    map.delete(999);
  }
  expect(met).toEqual([997, 998, 1000]);
});
