import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PerSession } from '../../src/session/per-session.js';

const sessions = ['ann', 'ben', 'eve'].map((name) => ({ name }));
const session = fc.constantFrom(...sessions);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('set' as const), session, id: fc.nat(5), value: fc.string() }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('delete' as const), session, id: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave' as const), session }) },
);

test('holds what a Map of its own for each session would, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const table = new PerSession<object, string>();
      const model = new Map(sessions.map((each) => [each, new Map<number, string>()]));
      for (const each of steps) {
        const own = model.get(each.session);
        if (each.type === 'set') {
          table.set(each.session, each.id, each.value);
          own?.set(each.id, each.value);
        } else if (each.type === 'delete') {
          expect(table.delete(each.session, each.id)).toBe(own?.delete(each.id));
        } else {
          table.leave(each.session);
          own?.clear();
        }
        for (const [who, values] of model) {
          expect([...table.of(who)]).toEqual([...values.values()]);
          expect(table.countOf(who)).toBe(values.size);
          for (let id = 0; id <= 5; id++) expect(table.get(who, id)).toBe(values.get(id));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('what is deleted while it is gone through is left out, be it all that is left', () => {
  const table = new PerSession<object, number>();
  const [ann = {}] = sessions;
  for (const id of [1, 2, 3]) table.set(ann, id, id);
  const met: number[] = [];
  for (const value of table.of(ann)) {
    met.push(value);
    for (const id of [1, 2, 3]) table.delete(ann, id);
  }
  expect(met).toEqual([1]);
  table.set(ann, 4, 4);
  expect([...table.of(ann)]).toEqual([4]);
});

test.each(['delete', 'leave'] as const)(
  'a session of which nothing is left by %s is held on to no longer',
  async (by) => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const table = new PerSession<object, string>();
    const others = { name: 'of whom something is left' };
    table.set(others, 1, 'this');
    const gone = comeAndGo(table, by);
    for (let round = 0; round < 50 && gone.deref(); round++) {
      // What a WeakRef was asked for stays until the turn is over.
      await setImmediate();
      collect();
    }
    expect(gone.deref()).toBeUndefined();
    expect(table.countOf(others)).toBe(1);
  },
);

/** In a function of its own, so that nothing else holds on to the session. */
function comeAndGo(table: PerSession<object, string>, by: 'delete' | 'leave'): WeakRef<object> {
  const session = {};
  table.set(session, 1, 'one');
  table.set(session, 2, 'two');
  if (by === 'leave') table.leave(session);
  else for (const id of [2, 1]) table.delete(session, id);
  return new WeakRef(session);
}
