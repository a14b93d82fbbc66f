import type { ReceivedEvent } from '@wigwag/node';
import { Result, WampError } from '@wigwag/node';
import type { SessionEnd } from '@wigwag/router';
import autobahn from 'autobahn';
import { describe, expect, test } from 'vitest';
import { autobahnAt, joined, listen, serializers } from './support/autobahn.js';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';

const stage = setStage();
const acknowledge = { acknowledge: true };

describe.each(['json', 'msgpack', 'cbor'] as const)('AutobahnJS over %s', (name) => {
  const options = () => ({ serializers: [serializers[name]()] });
  const join = () => joined(stage, options());

  test('joins anonymously', async () => {
    const { session, details } = await autobahnAt(stage, options()).open();
    expect(session.id).toBeGreaterThan(0);
    expect(details).toMatchObject({ realm: 'realm1', authrole: 'anonymous', authmethod: 'anonymous' });
    expect(details.transport.protocol).toBe(`wamp.2.${name}`);
  });

  test('publishes to our subscriber, and is told the id that the event carries', async () => {
    const [publisher, subscriber] = [await join(), await stage.ours()];
    const events = new Inbox<ReceivedEvent>();
    await subscriber.subscribe('com.app.news', events.push);
    const { id } = await publisher.publish(
      'com.app.news',
      ['Build 42', 2 ** 40, 1.5],
      { done: true, by: null },
      acknowledge,
    );
    const event = await events.next();
    expect(event.publication).toBe(id);
    expect(event.args).toEqual(['Build 42', 2 ** 40, 1.5]);
    expect(event.kwargs).toEqual({ done: true, by: null });
  });

  test('receives what our client publishes, in order', async () => {
    const [publisher, subscriber] = [await stage.ours(), await join()];
    const events = await listen(subscriber, 'com.app.news');
    for (let n = 0; n < 200; n++) await publisher.publish('com.app.news', [n], { kwargs: { text: `№ ${n}` } });
    const received = await events.take(200);
    expect(received.map(({ args }) => args)).toEqual(Array.from({ length: 200 }, (_, n) => [n]));
    expect(received[7]?.kwargs).toEqual({ text: '№ 7' });
    expect(received[7]?.event.topic).toBe('com.app.news');
  });

  test('calls our procedure with positional and keyword arguments', async () => {
    const [caller, callee] = [await join(), await stage.ours()];
    await callee.register('com.app.divide', ([a, b], { kwargs }) => new Result([Number(a) / Number(b), kwargs.unit]));
    await callee.register('com.app.nothing', () => undefined);
    await callee.register('com.app.named', () => new Result([], { sum: 3 }));
    expect(await caller.call('com.app.divide', [7, 2], { unit: 'm' })).toEqual(new autobahn.Result([3.5, 'm']));
    expect(await caller.call('com.app.nothing')).toBeNull();
    expect(await caller.call('com.app.named')).toEqual(new autobahn.Result([], { sum: 3 }));
  });

  test('serves our caller with one result, several, and named ones', async () => {
    const [caller, callee] = [await stage.ours(), await join()];
    await callee.register('com.app.one', (args) => args[0]);
    await callee.register('com.app.many', (args, kwargs) => new autobahn.Result(args, kwargs));
    expect(await caller.call('com.app.one', [{ deep: [1, [2, 'three']] }])).toEqual({ deep: [1, [2, 'three']] });
    const many = await caller.call('com.app.many', [1, 2], { kwargs: { three: 3 } });
    expect(many).toMatchObject({ args: [1, 2], kwargs: { three: 3 } });
  });

  test('is told of our error with its URI and arguments', async () => {
    const [caller, callee] = [await join(), await stage.ours()];
    await callee.register('com.app.fail', ([amount]) => {
      throw new WampError('com.app.error.too_much', ['too much', amount], { limit: 10 });
    });
    await expect(caller.call('com.app.fail', [11])).rejects.toMatchObject({
      error: 'com.app.error.too_much',
      args: ['too much', 11],
      kwargs: { limit: 10 },
    });
  });

  test('tells us of its error with its URI and arguments', async () => {
    const [caller, callee] = [await stage.ours(), await join()];
    await callee.register('com.app.fail', ([amount]) => {
      throw new autobahn.Error('com.app.error.too_much', ['too much', amount], { limit: 10 });
    });
    await expect(caller.call('com.app.fail', [11])).rejects.toMatchObject({
      uri: 'com.app.error.too_much',
      args: ['too much', 11],
      kwargs: { limit: 10 },
    });
  });

  test('sends results in parts to one of its own kind', async () => {
    const [caller, callee] = [await join(), await joined(stage)];
    await callee.register('com.app.count', ([to], _kwargs, { progress }) => {
      for (let n = 1; n <= Number(to); n++) progress?.([n]);
      return 'done';
    });
    const parts: unknown[] = [];
    const call = caller.call('com.app.count', [3], {}, { receive_progress: true });
    call.progress((part) => parts.push(part));
    expect(await call).toBe('done');
    expect(parts).toEqual([1, 2, 3]);
    expect(await caller.call('com.app.count', [3])).toBe('done');
  });

  test('is sent results in parts by our procedure, more of them than one window', async () => {
    const [caller, callee] = [await join(), await stage.ours()];
    await callee.register('com.app.count', async function* ([to]) {
      for (let n = 1; n <= Number(to); n++) yield n;
    });
    const parts: unknown[] = [];
    const call = caller.call('com.app.count', [100], {}, { receive_progress: true });
    call.progress((part) => parts.push(part));
    expect(await call).toBeNull();
    expect(parts).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  test('sends results in parts to our caller', async () => {
    const [caller, callee] = [await stage.ours(), await join()];
    await callee.register('com.app.count', ([to], _kwargs, { progress }) => {
      for (let n = 1; n <= Number(to); n++) progress?.([n], { half: n / 2 });
      return 'done';
    });
    const stream = caller.stream('com.app.count', [100]);
    const parts = [];
    for await (const { args, kwargs } of stream) parts.push([args, kwargs]);
    expect(parts).toEqual(Array.from({ length: 100 }, (_, n) => [[n + 1], { half: (n + 1) / 2 }]));
    expect((await stream.result).args).toEqual(['done']);
  });

  test('unsubscribes under fire: no event comes once the router has confirmed', async () => {
    const [publisher, subscriber] = [await stage.ours(), await join()];
    const inbox = new Inbox<unknown>();
    const subscription = await subscriber.subscribe('com.app.flood', inbox.push);
    let flooding = true;
    const burst = () => Array.from({ length: 20 }, (_, n) => publisher.publish('com.app.flood', [n], acknowledge));
    const flood = async () => {
      while (flooding) await Promise.all(burst());
    };
    const flooded = flood();
    await inbox.next();
    // AutobahnJS takes an event after UNSUBSCRIBED for a breach of the protocol; `afterEach` looks for its complaint.
    expect(await subscription.unsubscribe()).toBe(true);
    await Promise.all(burst());
    flooding = false;
    await flooded;
    expect(stage.router.stats().subscriptions).toBe(0);
    const again = await listen(subscriber, 'com.app.flood');
    await publisher.publish('com.app.flood', ['later']);
    expect((await again.next()).args).toEqual(['later']);
  });

  test('unregisters under fire: each call ends, and none comes once the router has confirmed', async () => {
    const [caller, callee] = [await stage.ours(), await join()];
    const invoked = new Inbox<unknown>();
    const registration = await callee.register('com.app.echo', (args) => {
      invoked.push(args[0]);
      return args[0];
    });
    const outcomes: [number, PromiseSettledResult<unknown>][] = [];
    let calling = true;
    const flood = async () => {
      while (calling) {
        const burst = Array.from({ length: 20 }, (_, n) => caller.call('com.app.echo', [n]));
        outcomes.push(...(await Promise.allSettled(burst)).entries());
      }
    };
    const flooded = flood();
    await invoked.next();
    await registration.unregister();
    calling = false;
    await flooded;
    for (const [n, outcome] of outcomes) {
      if (outcome.status === 'fulfilled') expect(outcome.value).toBe(n);
      else expect(outcome.reason).toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    }
    await expect(caller.call('com.app.echo')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    expect(stage.router.stats().registrations).toBe(0);
  });

  test('says GOODBYE, is answered, and is gone', async () => {
    const leaving = autobahnAt(stage, options());
    await leaving.open();
    const left = new Inbox<SessionEnd>();
    stage.router.once('session:left', (_session, end) => left.push(end));
    await leaving.close();
    expect(await left.next()).toMatchObject({ type: 'goodbye', reason: 'wamp.close.normal' });
  });
});

describe('binary payloads', () => {
  const bytes = Uint8Array.of(0, 1, 128, 255);

  test.each(['msgpack', 'cbor'] as const)('are bytes on both sides of %s', async (name) => {
    const [there, here] = [await joined(stage, { serializers: [serializers[name]()] }), await stage.ours()];
    const events = await listen(there, 'com.app.bytes');
    await here.publish('com.app.bytes', [bytes]);
    expect((await events.next()).args).toEqual([Buffer.from(bytes)]);

    await here.register('com.app.echo', ([value]) => {
      expect(value).toEqual(bytes);
      return value;
    });
    expect(await there.call('com.app.echo', [Buffer.from(bytes)])).toEqual(Buffer.from(bytes));
  });

  test('are base64 behind a zero character where AutobahnJS speaks JSON', async () => {
    const [there, here] = [await joined(stage, { serializers: [serializers.json()] }), await stage.ours()];
    const events = await listen(there, 'com.app.bytes');
    await here.publish('com.app.bytes', [bytes]);
    expect((await events.next()).args).toEqual(['\0AAGA/w==']);

    await here.register('com.app.echo', ([value]) => {
      expect(value).toEqual(bytes);
      return value;
    });
    expect(await there.call('com.app.echo', ['\0AAGA/w=='])).toBe('\0AAGA/w==');
  });
});
