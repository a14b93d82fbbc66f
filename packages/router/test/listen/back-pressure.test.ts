import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { RouterEvents } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import { until } from '../support/peer.js';
import { dialIn, serializers } from '../support/sockets.js';

const maxOutbound = 1_000_000;
const chunk = 'x'.repeat(16_000);

describe('a reader that has stalled', () => {
  test('is dropped at its cap, counted and reported; its neighbours get everything', async () => {
    const router = new Router({ limits: { maxOutbound } });
    const { url } = await router.listen({ port: 0 });
    const dropped: RouterEvents['session:dropped'][] = [];
    router.on('session:dropped', (...event) => dropped.push(event));

    const stalled = await dialIn(url);
    const neighbours = await Promise.all(serializers.map((serializer) => dialIn(url, { serializer })));
    const publisher = await dialIn(url);
    for (const peer of [stalled, ...neighbours]) await peer.subscribe('news');
    await stalled.register('stalled.proc');
    stalled.transport.pause();

    let sent = 0;
    let highest = 0;
    while (dropped.length === 0) {
      await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'news', [++sent, chunk]);
      highest = Math.max(highest, router.stats().queuedBytes);
    }
    await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'news', [++sent, chunk]);
    for (const neighbour of neighbours) {
      await until(() => neighbour.of(Code.EVENT).length === sent);
      expect(neighbour.of(Code.EVENT).map((event) => (event[4] as unknown[])[0])).toEqual(
        Array.from({ length: sent }, (_, at) => at + 1),
      );
    }

    // The cap, and beside it what the neighbours had not read yet at that moment.
    expect(dropped[0]?.[0].id).toBe(stalled.id);
    expect(dropped[0]?.[1].buffered).toBeLessThanOrEqual(maxOutbound);
    expect(highest).toBeLessThan(maxOutbound + neighbours.length * 20 * chunk.length);
    expect(router.stats()).toMatchObject({ dropped: 1, sessions: 4, registrations: 0, subscriptions: 1 });
    stalled.transport.resume();
    expect((await stalled.closed).code).toBe(1006);
    await router.close();
    expect(router.stats()).toMatchObject({ queuedBytes: 0, connections: 0 });
  });

  test('in this process is dropped likewise', async () => {
    const router = new Router({ limits: { maxOutbound } });
    const [stalled, neighbour, publisher] = [await join(router), await join(router), await join(router)];
    for (const peer of [stalled, neighbour]) await peer.subscribe('news');
    stalled.transport.pause();
    for (let at = 0; at < 70; at++) await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'news', [chunk]);
    await until(() => neighbour.of(Code.EVENT).length === 70);
    expect(router.stats()).toMatchObject({ dropped: 1, sessions: 2, subscriptions: 1 });
  });

  test('of a stream of results: the call ends, callee and reader live on', async () => {
    const router = new Router({ limits: { maxOutbound } });
    const [stalled, callee] = [await join(router), await join(router)];
    await callee.register('a.stream');
    stalled.say(Code.CALL, 1, { receive_progress: true }, 'a.stream');
    const [, id] = await callee.next(Code.INVOCATION);
    stalled.transport.pause();
    for (let at = 0; at < 70; at++) callee.say(Code.YIELD, id, { progress: true }, [chunk]);
    await callee.next(Code.INTERRUPT);
    await callee.settled();
    expect(router.stats()).toMatchObject({ dropped: 0, calls: 0, sessions: 2, registrations: 1 });
    stalled.transport.resume();
    const error = await stalled.next(Code.ERROR);
    expect(error.slice(0, 5)).toEqual([Code.ERROR, Code.CALL, 1, {}, ErrorUri.UNAVAILABLE]);
    expect(String(error[5])).toContain('maxStreamOutbound');
    // What fits into half of the cap, and none behind what did not fit.
    expect(stalled.of(Code.RESULT)).toHaveLength(Math.floor(maxOutbound / 2 / chunk.length));
  });

  test('of a stream of arguments: the call ends, caller and reader live on', async () => {
    const router = new Router({ limits: { maxOutbound, maxStreamOutbound: 100_000 } });
    const [caller, stalled] = [await join(router), await join(router)];
    await stalled.register('a.slow');
    stalled.transport.pause();
    for (let at = 0; at < 10; at++) caller.say(Code.CALL, 1, { progress: true }, 'a.slow', [at, chunk]);
    expect((await caller.next(Code.ERROR))[4]).toBe(ErrorUri.UNAVAILABLE);
    await caller.settled();
    expect(router.stats()).toMatchObject({ dropped: 0, calls: 0, sessions: 2, registrations: 1 });
    stalled.transport.resume();
    expect((await stalled.next(Code.INTERRUPT))[1]).toBe(1);
    expect(stalled.of(Code.INVOCATION).map(([, , , , args]) => (args as unknown[])[0])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(caller.of(Code.ERROR).filter(([, type]) => type === Code.CALL)).toHaveLength(1);
  });

  test('of invocations: its caller is told', async () => {
    const router = new Router({ limits: { maxOutbound } });
    const [caller, stalled] = [await join(router), await join(router)];
    await stalled.register('a.slow');
    stalled.transport.pause();
    for (let at = 1; at <= 70; at++) caller.say(Code.CALL, at, { timeout: 60_000 }, 'a.slow', [chunk]);
    await until(() => caller.of(Code.ERROR).length === 70);
    expect(router.stats()).toMatchObject({ dropped: 1, calls: 0, sessions: 1, registrations: 0 });
  });
});

test('a message as large as the limit fits, whatever the cap', async () => {
  const router = new Router({ limits: { maxOutbound: 1_000, maxMessageSize: 100_000 } });
  const [publisher, subscriber] = [await join(router), await join(router)];
  await subscriber.subscribe('news');
  await publisher.ask(Code.PUBLISH, { acknowledge: true }, 'news', ['x'.repeat(90_000)]);
  await subscriber.next(Code.EVENT);
});
