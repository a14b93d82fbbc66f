import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gatherer } from '../../src/listen/gatherer.js';

const frames = Array.from({ length: 6 }, (_, at) => Buffer.from(String(at).repeat(at + 1)));
const queue = fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 5 });
const sizeOf = (queued: readonly Buffer[]) => queued.reduce((sum, { length }) => sum + length, 0);

test('each connection gets its own frames in order, whoever was served before', () => {
  fc.assert(
    fc.property(fc.array(queue, { maxLength: 8 }), (queues) => {
      const gatherer = new Gatherer();
      for (const queued of queues) {
        expect(Buffer.from(gatherer.gather(queued, sizeOf(queued)))).toEqual(Buffer.concat(queued));
      }
    }),
  );
});

test('the same frames are copied once', () => {
  const gatherer = new Gatherer();
  const piece = gatherer.gather(frames, sizeOf(frames));
  expect(gatherer.gather([...frames], sizeOf(frames))).toBe(piece);
  expect(gatherer.gather([...frames].reverse(), sizeOf(frames))).not.toBe(piece);
});
