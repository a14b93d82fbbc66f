import { Encoded } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { webSocketFrame } from '../../src/listen/frame.js';
import { Gatherer } from '../../src/listen/gatherer.js';

// Of each length that has a header of its own, in bytes and in text.
const messages = [0, 1, 125, 126, 65_535, 65_536].flatMap((length, at) => {
  const text = String(at).repeat(length);
  return [new Encoded(Buffer.from(text), true), new Encoded(text.replace(/^./, 'é'), false)];
});
const queue = fc.array(fc.constantFrom(...messages), { minLength: 1, maxLength: 5 });
const frameOf = (message: Encoded) => message.framed(webSocketFrame);

test('each connection gets the frames of its own messages in order, whoever was served before', () => {
  fc.assert(
    fc.property(fc.array(queue, { maxLength: 8 }), (queues) => {
      const gatherer = new Gatherer();
      for (const queued of queues) {
        const frames = Buffer.concat(queued.map(frameOf));
        expect(frames.equals(gatherer.gather(queued))).toBe(true);
      }
    }),
  );
});

test('the same messages are put together once', () => {
  const gatherer = new Gatherer();
  const piece = gatherer.gather(messages);
  expect(gatherer.gather([...messages])).toBe(piece);
  expect(gatherer.gather([...messages].reverse())).not.toBe(piece);
});
