import type { Client, ReceivedEvent } from '@wigwag/core';
import { Result, WampError } from '@wigwag/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carriers, formats, Stage } from '../support/peers.js';
import { Log, until } from '../support/until.js';

/** Values that every serializer carries faithfully. */
const values: readonly unknown[] = [
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 40 + 1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2n ** 60n + 1n,
  -(2n ** 60n) - 1n,
  'text',
  'ünïcödé ☃ 🎈 \u2028 "quoted" \\ back',
  '',
  true,
  false,
  null,
  [],
  [[1], [2, [3]]],
  {},
  { a: 1, 'b c': { d: [null] } },
  new Uint8Array([0, 1, 2, 253, 254, 255]),
  new Uint8Array(0),
  { deep: [{ bytes: new Uint8Array([7]) }] },
];

const sides = carriers.flatMap((carrier) => formats.map((format) => ({ carrier, format })));
const pairs = sides.flatMap((near) => sides.map((far) => ({ near, far })));

describe.each(pairs)('$near.carrier $near.format to $far.carrier $far.format', ({ near, far }) => {
  let stage: Stage;
  let one: Client;
  let two: Client;
  const quiet = { onError: () => {} };
  beforeAll(async () => {
    stage = await Stage.open();
    [one, two] = await Promise.all([
      stage.join(near.carrier, near.format, quiet),
      stage.join(far.carrier, far.format, quiet),
    ]);
  });
  afterAll(() => stage.close());

  test('every value arrives as it was published, in order', async () => {
    const log = new Log<ReceivedEvent>();
    const subscription = await two.subscribe('values', log.push);
    for (const value of values) await one.publish('values', [value], { kwargs: { value } });
    const events = await log.first(values.length);
    expect(events.map(({ args }) => args)).toEqual(values.map((value) => [value]));
    expect(events.map(({ kwargs }) => kwargs)).toEqual(values.map((value) => ({ value })));
    await subscription.unsubscribe();
  });

  test('an acknowledged publication has the id that its event carries', async () => {
    const log = new Log<ReceivedEvent>();
    const subscription = await two.subscribe('acknowledged', log.push);
    const publication = await one.publish('acknowledged', [], { acknowledge: true });
    const [event] = await log.first(1);
    expect(event).toMatchObject({ publication, topic: 'acknowledged', args: [], kwargs: {} });
    expect(await one.publish('acknowledged')).toBeUndefined();
    await subscription.unsubscribe();
  });

  test('a publisher hears itself only where it asks to', async () => {
    const log = new Log<ReceivedEvent>();
    const subscription = await one.subscribe('myself', log.push);
    await one.publish('myself', ['no'], { acknowledge: true });
    await one.publish('myself', ['yes'], { acknowledge: true, exclude_me: false });
    expect((await log.first(1)).map(({ args }) => args)).toEqual([['yes']]);
    await subscription.unsubscribe();
  });

  test('a call answers with what the callee returned', async () => {
    const registration = await two.register('echo', (args, { kwargs }) => new Result(args, kwargs));
    for (const value of values) expect(await one.call('echo', [value])).toEqual(value);
    expect(await one.call('echo')).toBeUndefined();
    expect(await one.call('echo', [1, 2], { kwargs: { a: 3 } })).toMatchObject({ args: [1, 2], kwargs: { a: 3 } });
    await registration.unregister();
    await expect(one.call('echo')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
  });

  test('an error reaches the caller with its URI, arguments and keyword arguments', async () => {
    const registration = await two.register('fails', () => {
      throw new WampError('shop.error.sold_out', ['apple', 7], { until: 'monday' });
    });
    await expect(one.call('fails')).rejects.toMatchObject({
      code: 'WAMP_ERROR',
      uri: 'shop.error.sold_out',
      args: ['apple', 7],
      kwargs: { until: 'monday' },
    });
    await registration.unregister();
  });

  test('a handler that throws anything else answers with a runtime error', async () => {
    const registration = await two.register('bug', () => {
      throw new TypeError('x is not a function');
    });
    await expect(one.call('bug')).rejects.toMatchObject({
      uri: 'wigwag.error.runtime_error',
      args: ['x is not a function'],
    });
    await registration.unregister();
  });

  test('a value that cannot be sent is refused here, and an answer that cannot be sent is an error there', async () => {
    await expect(one.publish('a.b', [Symbol('x')])).rejects.toMatchObject({ code: 'UNENCODABLE' });
    await expect(one.call('a.b', [() => {}])).rejects.toMatchObject({ code: 'UNENCODABLE' });
    const registration = await two.register('unsendable', () => Symbol('x'));
    await expect(one.call('unsendable')).rejects.toMatchObject({ uri: 'wamp.error.invalid_argument' });
    await registration.unregister();
  });

  test('several handlers of one topic each get every event, until they unsubscribe', async () => {
    const [first, second] = [new Log<unknown>(), new Log<unknown>()];
    const subscriptions = await Promise.all(
      [first, second].map((log) => two.subscribe('several', ({ args }) => log.push(args[0]))),
    );
    await one.publish('several', [1], { acknowledge: true });
    await Promise.all([first.first(1), second.first(1)]);
    await subscriptions[0]?.unsubscribe();
    await one.publish('several', [2], { acknowledge: true });
    expect(await second.first(2)).toEqual([1, 2]);
    expect(first.entries).toEqual([1]);
    await subscriptions[1]?.unsubscribe();
  });

  test('a pattern gets the events of every topic it matches, each with its topic', async () => {
    const log = new Log<readonly [string, string]>();
    const subscriptions = await Promise.all([
      two.subscribe('shop.ord', ({ topic }) => log.push(['prefix', topic]), { match: 'prefix' }),
      two.subscribe('shop..new', ({ topic }) => log.push(['wildcard', topic]), { match: 'wildcard' }),
    ]);
    for (const topic of ['shop.order.new', 'shop.orders', 'shop.apple.new', 'shop.apple.old']) {
      await one.publish(topic, [], { acknowledge: true });
    }
    await until(() => log.entries.length >= 4);
    expect([...log.entries].sort()).toEqual([
      ['prefix', 'shop.order.new'],
      ['prefix', 'shop.orders'],
      ['wildcard', 'shop.apple.new'],
      ['wildcard', 'shop.order.new'],
    ]);
    await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  });

  test('either side may serve: both call each other at once', async () => {
    const registrations = await Promise.all([
      one.register('one.square', ([n]) => Number(n) ** 2),
      two.register('two.double', ([n]) => Number(n) * 2),
    ]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => [one.call('two.double', [n]), two.call('one.square', [n])]).flat(),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => [n * 2, n ** 2]).flat());
    await Promise.all(registrations.map((registration) => registration.unregister()));
  });

  test('a call to a taken procedure, and a second registration of it, are typed errors', async () => {
    const registration = await two.register('taken', () => 1);
    await expect(one.register('taken', () => 2)).rejects.toMatchObject({
      code: 'WAMP_ERROR',
      uri: 'wamp.error.procedure_already_exists',
    });
    await registration.unregister();
  });

  test('an aborted call ends at the callee too', async () => {
    const told = new Log<unknown>();
    const registration = await two.register('slow', (_, { signal }) => {
      const { promise, resolve } = deferred();
      signal.addEventListener('abort', () => {
        told.push(signal.reason);
        resolve();
      });
      return promise;
    });
    const controller = new AbortController();
    const call = one.call('slow', [], { signal: controller.signal });
    await until(() => stage.router.stats().calls === 1);
    controller.abort(new Error('changed my mind'));
    await expect(call).rejects.toThrow('changed my mind');
    expect(await told.first(1)).toMatchObject([{ uri: 'wamp.error.canceled' }]);
    await until(() => stage.router.stats().calls === 0);
    await registration.unregister();
  });

  test('events keep their order across topics', async () => {
    const log = new Log<unknown>();
    const topics = ['order.a', 'order.b', 'order.c'];
    const subscriptions = await Promise.all(
      topics.map((topic) => two.subscribe(topic, ({ args }) => log.push(args[0]))),
    );
    const sent = Array.from({ length: 300 }, (_, n) => n);
    for (const n of sent) void one.publish(topics[n % 3] ?? '', [n]);
    expect(await log.first(300)).toEqual(sent);
    await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  });

  test('what the clients ended is gone from the router', async () => {
    await until(() => stage.router.stats().subscriptions === 0);
    expect(stage.router.stats()).toMatchObject({ sessions: 2, registrations: 0, calls: 0 });
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
