import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryHistory } from '../../src/index.js';
import { Ring } from '../../src/store/ring.js';
import { storeContract } from './contract.js';

storeContract('memory', (now) => memoryHistory({ now }));

test('the epoch is another one in each store, because a memory begins empty', () => {
  expect(memoryHistory().open('shop').epoch).not.toBe(memoryHistory().open('shop').epoch);
});

test('a ring reads as a list would, whatever came and left', () => {
  const step = fc.oneof({ weight: 3, arbitrary: fc.constant('push') }, { weight: 2, arbitrary: fc.constant('shift') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.nat(200), fc.nat(200), fc.boolean(), (steps, from, to, back) => {
      const ring = new Ring<{ seq: number }>();
      const list: { seq: number }[] = [];
      let seq = 0;
      for (const each of steps) {
        if (each === 'push') {
          seq += 2;
          const entry = { seq };
          ring.push(entry);
          list.push(entry);
        } else {
          ring.shift();
          list.shift();
        }
      }
      const wanted = list.filter((entry) => entry.seq > from && entry.seq < to);
      expect([...ring.between(from, to, back)]).toEqual(back ? wanted.reverse() : wanted);
      expect([ring.length, ring.oldest]).toEqual([list.length, list[0]]);
    }),
  );
});
