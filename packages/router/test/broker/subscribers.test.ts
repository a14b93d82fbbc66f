import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Subscribers } from '../../src/broker/subscribers.js';
import type { Member } from '../../src/session/member.js';

// Only who they are matters.
const members = Array.from({ length: 4 }, (_, id): Member => Object.create(null, { id: { value: id } }));
const step = fc.record({ member: fc.constantFrom(...members), joins: fc.boolean() });

test('whoever comes and goes, they are what a set would be, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const [subscribers, model] = [new Subscribers(), new Set<Member>()];
      for (const { member, joins } of steps) {
        for (const each of [subscribers, model]) {
          if (joins) each.add(member);
          else each.delete(member);
        }
        expect([...subscribers]).toEqual([...model]);
        expect(subscribers.size).toBe(model.size);
        for (const each of members) expect(subscribers.has(each)).toBe(model.has(each));
      }
    }),
  );
});

test('one who leaves while they are gone through is not met any more', () => {
  const subscribers = new Subscribers();
  for (const member of members) subscribers.add(member);
  const met: number[] = [];
  for (const { id } of subscribers) {
    met.push(id);
    for (const member of members.slice(2)) subscribers.delete(member);
  }
  expect(met).toEqual([0, 1]);
});
