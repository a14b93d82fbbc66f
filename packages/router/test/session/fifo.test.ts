import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from '../../src/session/fifo.js';

test('gives out what an array would, whatever is put in and taken out in between', () => {
  const step = fc.oneof(
    fc.nat({ max: 3000 }),
    fc.constant('take'),
    fc.nat({ max: 3000 }).map((count) => -count - 1),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const each of steps) {
        if (each === 'take') expect(fifo.takeAll()).toEqual(model.splice(0));
        else if (each < 0) for (let at = each; at < 0; at++) expect(fifo.shift()).toBe(model.shift());
        else {
          for (let at = 0; at < each; at++) {
            fifo.push(next);
            model.push(next++);
          }
        }
        expect(fifo.length).toBe(model.length);
        expect([...fifo]).toEqual(model);
      }
    }),
    { numRuns: 50 },
  );
});
