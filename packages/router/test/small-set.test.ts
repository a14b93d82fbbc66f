import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SmallSet } from '../src/small-set.js';

interface Member {
  readonly id: number;
}
const members = Array.from({ length: 4 }, (_, id): Member => ({ id }));
const step = fc.record({ member: fc.constantFrom(...members), joins: fc.boolean() });

test('whoever comes and goes, it holds what a set would, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const [small, model] = [new SmallSet<Member>(), new Set<Member>()];
      for (const { member, joins } of steps) {
        if (joins) {
          small.add(member);
          model.add(member);
        } else expect(small.delete(member)).toBe(model.delete(member));
        expect([...small]).toEqual([...model]);
        expect(small.size).toBe(model.size);
        for (const each of members) expect(small.has(each)).toBe(model.has(each));
      }
    }),
  );
});

test('one who leaves while they are gone through is not met any more', () => {
  const small = new SmallSet<Member>();
  for (const member of members) small.add(member);
  const met: number[] = [];
  for (const { id } of small) {
    met.push(id);
    for (const member of members.slice(2)) small.delete(member);
  }
  expect(met).toEqual([0, 1]);
});
