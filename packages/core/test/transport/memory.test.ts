import { expect, test } from 'vitest';
import { json } from '../../src/serializer/json.js';
import { linkedPair } from '../../src/transport/index.js';
import { Code, encode } from '../../src/wire/index.js';
import { Recorder, transportContract } from './contract.js';

transportContract('memory', async () => linkedPair(json()));

test('bytes that the other end has not taken are counted', async () => {
  const [near, far] = linkedPair(json());
  const message = encode({ code: Code.EVENT_RECEIVED, publication: 1 }, json());
  near.send(message);
  near.send(message);
  expect(near.buffered).toBe(2 * message.size);
  const there = new Recorder(far);
  await there.until(() => there.frames.length === 2);
  expect(near.buffered).toBe(0);
});

test('the host decides when the other end is told', async () => {
  const turns: (() => void)[] = [];
  const [near, far] = linkedPair(json(), { schedule: (run) => turns.push(run) });
  const there = new Recorder(far);
  near.send(encode({ code: Code.EVENT_RECEIVED, publication: 1 }, json()));
  await Promise.resolve();
  expect(there.frames).toEqual([]);
  for (const turn of turns) turn();
  expect(there.frames).toHaveLength(1);
});

test('an owner that hangs up in the middle of a batch gets nothing more', async () => {
  const [near, far] = linkedPair(json());
  const message = encode({ code: Code.EVENT_RECEIVED, publication: 1 }, json());
  let count = 0;
  const closed = new Promise((resolve) => {
    far.attach({
      message: () => {
        count++;
        far.terminate();
      },
      close: resolve,
    });
  });
  for (let i = 0; i < 5; i++) near.send(message);
  await closed;
  expect(count).toBe(1);
});
