import type { ReceivedEvent } from '@wigwag/node';
import { Result, WampError } from '@wigwag/node';
import type { SessionEnd } from '@wigwag/router';
import { describe, expect, test } from 'vitest';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';
import { joined, listen, serializers, sessionId, tooMuch, wampyAt } from './support/wampy.js';

const stage = setStage();

describe.each(['json', 'msgpack', 'cbor'] as const)('wampy over %s', (name) => {
  const join = () => joined(stage, { serializer: serializers[name]() });

  test('joins anonymously', async () => {
    const { wampy } = wampyAt(stage, { serializer: serializers[name]() });
    const details = await wampy.connect();
    expect(sessionId(wampy)).toBeGreaterThan(0);
    expect(details).toMatchObject({ realm: 'realm1', authrole: 'anonymous', authmethod: 'anonymous' });
    expect(wampy.getOptions().serializer.protocol).toBe(name);
  });

  test('publishes to our subscriber, and is told the id that the event carries', async () => {
    const [publisher, subscriber] = [await join(), await stage.ours()];
    const events = new Inbox<ReceivedEvent>();
    await subscriber.subscribe('com.app.news', events.push);
    const payload = { argsList: ['Build 42', 2 ** 40, 1.5], argsDict: { done: true, by: null } };
    const { publicationId } = await publisher.publish('com.app.news', payload);
    const event = await events.next();
    expect(event.publication).toBe(Number(publicationId));
    expect(event.args).toEqual(['Build 42', 2 ** 40, 1.5]);
    expect(event.kwargs).toEqual({ done: true, by: null });
  });

  test('receives what our client publishes, in order', async () => {
    const [publisher, subscriber] = [await stage.ours(), await join()];
    const events = await listen(subscriber, 'com.app.news');
    for (let n = 0; n < 200; n++) await publisher.publish('com.app.news', [n], { kwargs: { text: `№ ${n}` } });
    const received = await events.take(200);
    expect(received.map(({ argsList }) => argsList)).toEqual(Array.from({ length: 200 }, (_, n) => [n]));
    expect(received[7]?.argsDict).toEqual({ text: '№ 7' });
  });

  test('calls our procedure with positional and keyword arguments', async () => {
    const [caller, callee] = [await join(), await stage.ours()];
    await callee.register('com.app.divide', ([a, b], { kwargs }) => new Result([Number(a) / Number(b), kwargs.unit]));
    await callee.register('com.app.named', () => new Result([], { sum: 3 }));
    expect(await caller.call('com.app.divide', { argsList: [7, 2], argsDict: { unit: 'm' } })).toMatchObject({
      argsList: [3.5, 'm'],
    });
    expect(await caller.call('com.app.named')).toMatchObject({ argsList: [], argsDict: { sum: 3 } });
  });

  test('serves our caller with one result, several, and named ones', async () => {
    const [caller, callee] = [await stage.ours(), await join()];
    await callee.register('com.app.one', ({ argsList = [] }) => ({ argsList: argsList.slice(0, 1) }));
    await callee.register('com.app.many', ({ argsList = [], argsDict = {} }) => ({ argsList, argsDict }));
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
      errorUri: 'com.app.error.too_much',
      argsList: ['too much', 11],
      argsDict: { limit: 10 },
    });
  });

  test('tells us of its error with its URI and arguments', async () => {
    const [caller, callee] = [await stage.ours(), await join()];
    await callee.register('com.app.fail', ({ argsList = [] }) => Promise.reject(tooMuch(argsList[0])));
    await expect(caller.call('com.app.fail', [11])).rejects.toMatchObject({
      uri: 'com.app.error.too_much',
      args: ['too much', 11],
      kwargs: { limit: 10 },
    });
  });

  test('matches by prefix, character by character, and by wildcard', async () => {
    const [publisher, subscriber] = [await stage.ours(), await join()];
    const prefix = await listen(subscriber, 'com.app.emergency', 'prefix');
    const wildcard = await listen(subscriber, 'com..emergency', 'wildcard');
    await publisher.publish('com.app.emergency-low', ['prefix alone']);
    await publisher.publish('com.site.emergency', ['wildcard alone']);
    await publisher.publish('com.app.emergency', ['both']);
    const byPrefix = await prefix.take(2);
    const byWildcard = await wildcard.take(2);
    expect(byPrefix.map(({ argsList }) => argsList)).toEqual([['prefix alone'], ['both']]);
    expect(byPrefix.map(({ details }) => details.topic)).toEqual(['com.app.emergency-low', 'com.app.emergency']);
    expect(byWildcard.map(({ argsList }) => argsList)).toEqual([['wildcard alone'], ['both']]);
    expect(byWildcard.map(({ details }) => details.topic)).toEqual(['com.site.emergency', 'com.app.emergency']);
  });

  test('unsubscribes and unregisters, and nothing of it stays', async () => {
    const session = await join();
    const { subscriptionKey } = await session.subscribe('com.app.news', () => {});
    await session.register('com.app.echo', ({ argsList = [] }) => ({ argsList }));
    expect(stage.router.stats()).toMatchObject({ subscriptions: 1, registrations: 1 });
    await session.unsubscribe(subscriptionKey);
    await session.unregister('com.app.echo');
    expect(stage.router.stats()).toMatchObject({ subscriptions: 0, registrations: 0 });
    await expect(session.call('com.app.echo')).rejects.toMatchObject({ errorUri: 'wamp.error.no_such_procedure' });
  });

  test('says GOODBYE, is answered, and is gone', async () => {
    const leaving = await join();
    const left = new Inbox<SessionEnd>();
    stage.router.once('session:left', (_session, end) => left.push(end));
    await leaving.disconnect();
    expect(await left.next()).toMatchObject({ type: 'goodbye' });
  });
});

describe('binary payloads', () => {
  const bytes = Uint8Array.of(0, 1, 128, 255);

  test.each(['msgpack', 'cbor'] as const)('are bytes on both sides of %s', async (name) => {
    const [there, here] = [await joined(stage, { serializer: serializers[name]() }), await stage.ours()];
    const events = await listen(there, 'com.app.bytes');
    await here.publish('com.app.bytes', [bytes]);
    const { argsList = [] } = await events.next();
    expect(argsList).toEqual([expect.any(Uint8Array)]);
    expect(argsList.map((value) => (value instanceof Uint8Array ? [...value] : value))).toEqual([[0, 1, 128, 255]]);

    const received = new Inbox<unknown>();
    await here.subscribe('com.app.back', ({ args }) => received.push(args[0]));
    await there.publish('com.app.back', [Buffer.from(bytes)]);
    expect(await received.next()).toEqual(bytes);
  });

  test('are base64 behind a zero character where wampy speaks JSON', async () => {
    const [there, here] = [await joined(stage), await stage.ours()];
    const events = await listen(there, 'com.app.bytes');
    await here.publish('com.app.bytes', [bytes]);
    expect((await events.next()).argsList).toEqual(['\0AAGA/w==']);
  });
});
