import { Worker } from 'node:worker_threads';
import type { Beat, Sighting } from '@wigwag/core/transport';
import { beat, firstPulse } from '@wigwag/core/transport';
import { describe, expect, test } from 'vitest';
import type { RouterEvents } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { until } from '../support/peer.js';
import { dialIn } from '../support/sockets.js';

const options = { interval: 20, timeout: 10 };
const quiet: Sighting = { now: 0, received: 0, taken: 0, backlog: false, paused: false };

/** What follows from a series of looks at one connection. */
function beats(...looks: Partial<Sighting>[]): Beat[] {
  let pulse = firstPulse(quiet);
  return looks.map((look) => {
    const [next, verdict] = beat(pulse, { ...quiet, ...look }, options);
    pulse = next;
    return verdict;
  });
}

describe('a peer', () => {
  test('that is silent is pinged after the interval, once', () => {
    expect(beats({ now: 19 }, { now: 20 }, { now: 25 }, { now: 29 })).toEqual(['rest', 'ping', 'rest', 'rest']);
  });

  test('that answers nothing to a ping within the timeout is dead', () => {
    expect(beats({ now: 20 }, { now: 29 }, { now: 30 })).toEqual(['ping', 'rest', 'dead']);
  });

  test('that sends anything at all, if only part of a message, is alive', () => {
    expect(beats({ now: 20 }, { now: 30, received: 1 }, { now: 49, received: 1 }, { now: 50, received: 1 })).toEqual([
      'ping',
      'rest',
      'rest',
      'ping',
    ]);
  });

  test('that takes what had piled up for it is alive', () => {
    const backlog = true;
    expect(
      beats({ now: 5, taken: 1, backlog }, { now: 20, taken: 1, backlog }, { now: 31, taken: 2, backlog }),
    ).toEqual(['rest', 'ping', 'rest']);
  });

  test('to which the network takes new messages, without a word from it, is not', () => {
    expect(beats({ now: 20, taken: 1 }, { now: 30, taken: 2 })).toEqual(['ping', 'dead']);
  });

  test('that is not being read cannot be heard, and is not blamed for it', () => {
    expect(beats({ now: 20 }, { now: 30, paused: true }, { now: 100, paused: true }, { now: 119 })).toEqual([
      'ping',
      'rest',
      'rest',
      'rest',
    ]);
  });
});

describe('over real sockets', () => {
  test('a dead peer is found out and its procedures are free; a live one stays', async () => {
    const router = new Router({ heartbeat: { interval: 40, timeout: 40 } });
    const ends: RouterEvents['session:left'][] = [];
    router.on('session:left', (...event) => ends.push(event));
    const { url } = await router.listen({ port: 0 });
    const dead = await dialIn(url, { autoPong: false });
    const alive = await dialIn(url);
    await dead.register('a.held');
    await until(() => ends.length === 1);
    expect(ends[0]?.[0].id).toBe(dead.id);
    expect(ends[0]?.[1]).toMatchObject({ type: 'lost', code: 1006 });
    await alive.register('a.held');
    await alive.settled();
    await router.close();
  });

  test('a peer whose answer waits unread, because this process was busy, is not declared dead', async () => {
    const clock = new TestClock();
    const router = new Router({ heartbeat: { interval: 1_000, timeout: 500 }, clock });
    const { url } = await router.listen({ port: 0 });
    const answers = new Int32Array(new SharedArrayBuffer(4));
    const client = new Worker(new URL('../support/quiet-client.mjs', import.meta.url), {
      workerData: { url, answers },
    });
    const heard: string[] = [];
    client.on('message', (word: string) => heard.push(word));
    await until(() => heard.includes('joined'));
    for (let round = 0; round < 10; round++) {
      // In the timers' turn of the event loop, where the heartbeat runs outside of tests.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const before = Atomics.load(answers, 0);
      clock.advance(1_250);
      // Busy: nothing is read while the client answers, and then the deadline is past.
      expect(Atomics.wait(answers, 0, before, 30_000)).not.toBe('timed-out');
      clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(heard).toEqual(['joined']);
    expect(router.stats().sessions).toBe(1);
    await client.terminate();
    await router.close();
  });
});
