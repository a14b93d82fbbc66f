import { Encoded } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gatherer, MAX_COPIED } from '../../src/listen/gatherer.js';
import type { Layout } from '../../src/listen/layout.js';
import { binaryBatches, single, textBatches } from '../../src/listen/layout.js';

// Of each length that has a header of its own, in bytes and in text.
const messages = [0, 1, 125, 126, 65_535, 65_536].flatMap((length, at) => {
  const text = String(at).repeat(length);
  return [new Encoded(Buffer.from(text), true), new Encoded(text.replace(/^./, 'é'), false)];
});
const queue = fc.record({
  layout: fc.constantFrom(single, textBatches, binaryBatches),
  queued: fc.array(fc.constantFrom(...messages), { minLength: 1, maxLength: 5 }),
});

test('each connection gets the frames of its own messages in order, whoever was served before', () => {
  fc.assert(
    fc.property(fc.array(queue, { maxLength: 8 }), (queues) => {
      const gatherer = new Gatherer();
      for (const { layout, queued } of queues) {
        const frames = Buffer.concat(layout.apart(queued));
        const piece = gatherer.gather(layout, queued, frames.byteLength);
        if (piece) expect(frames.equals(piece)).toBe(true);
        else expect(frames.byteLength).toBeGreaterThan(MAX_COPIED);
      }
    }),
  );
});

test('the same messages are put together once', () => {
  const gatherer = new Gatherer();
  const short = messages.slice(0, 6);
  const piece = gatherer.gather(single, short, 1000);
  expect(piece).toBeDefined();
  expect(gatherer.gather(single, [...short], 1000)).toBe(piece);
  expect(gatherer.gather(single, [...short].reverse(), 1000)).not.toBe(piece);
  expect(gatherer.gather(textBatches, [...short].reverse(), 1000)).not.toEqual(piece);
});

test('so they are for connections of several layouts that take turns', () => {
  const gatherer = new Gatherer();
  const of = (layout: Layout) => gatherer.gather(layout, messages.slice(0, 6), 1000);
  const pieces = [single, textBatches].map(of);
  expect([single, textBatches].map(of).every((piece, at) => piece !== undefined && piece === pieces[at])).toBe(true);
});

test('many bytes are copied only where a second connection is sent the same', () => {
  const gatherer = new Gatherer();
  expect(gatherer.gather(single, messages, MAX_COPIED + 1)).toBeUndefined();
  const piece = gatherer.gather(single, [...messages], MAX_COPIED + 1);
  expect(piece && Buffer.concat(single.apart(messages)).equals(piece)).toBe(true);
  expect(gatherer.gather(single, [...messages], MAX_COPIED + 1)).toBe(piece);
  expect(gatherer.gather(single, messages.slice(1), MAX_COPIED + 1)).toBeUndefined();
});
