import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eligibility, isRestricted } from '../../src/broker/eligibility.js';
import { stillNeeded } from '../../src/broker/retention.js';
import type { Publication } from '../../src/index.js';

const sessions = [1, 2, 3, 4].map((id) => ({
  id,
  identity: { authid: `user${id % 2}`, authrole: id < 3 ? 'staff' : 'guest' },
}));
const session = fc.constantFrom(...sessions);
const lists = fc.record(
  {
    exclude_me: fc.boolean(),
    eligible: fc.subarray([1, 2, 3, 4]),
    exclude: fc.subarray([1, 2, 3, 4]),
    eligible_authid: fc.subarray(['user0', 'user1']),
    exclude_authrole: fc.subarray(['staff', 'guest']),
  },
  { requiredKeys: [] },
);
const options = fc.oneof({ arbitrary: fc.constant({}), weight: 3 }, { arbitrary: lists, weight: 2 });
const publication = fc.tuple(session, options).map(
  ([{ id, identity }, chosen]): Omit<Publication, 'id'> => ({
    topic: 'a.b',
    options: { retain: true, ...chosen },
    publisher: { id, ...identity },
    payload: undefined,
    size: 0,
  }),
);
const history = fc
  .array(publication, { maxLength: 30 })
  .map((list) => list.map((each, at): Publication => ({ ...each, id: at + 1 })));

test('whoever asks gets what it would have got of all that was ever retained, though little of it is kept', () => {
  fc.assert(
    fc.property(history, (publications) => {
      let kept: readonly Publication[] = [];
      for (const each of publications) kept = stillNeeded([each, ...kept], 100);
      for (const each of sessions) {
        const wanted = [...publications].reverse().find((candidate) => eligibility(candidate)(each));
        expect(kept.find((candidate) => eligibility(candidate)(each))?.id).toBe(wanted?.id);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('of events for all there are two at most: the last, and the one that its publisher would get', () => {
  fc.assert(
    fc.property(history, (publications) => {
      let kept: readonly Publication[] = [];
      for (const each of publications) kept = stillNeeded([each, ...kept], 100);
      expect(kept.filter((each) => !isRestricted(each)).length).toBeLessThanOrEqual(2);
    }),
  );
});

test('over the limit the oldest for some goes first, and the last for all stays', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 4 }), (publications, limit) => {
      let kept: readonly Publication[] = [];
      for (const each of publications) kept = stillNeeded([each, ...kept], limit);
      expect(kept.length).toBeLessThanOrEqual(limit);
      const lastForAll = publications.filter((each) => !isRestricted(each)).at(-1);
      if (lastForAll) expect(kept.map(({ id }) => id)).toContain(lastForAll.id);
    }),
  );
});
