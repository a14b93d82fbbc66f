import { cbor } from '@wigwag/core/serializer/cbor';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { RouterEvents } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';

const ack = { acknowledge: true };

describe('subscribing', () => {
  test('the same topic and policy twice is the same subscription, and a session on it shares its id', async () => {
    const router = new Router();
    const [one, two] = [await join(router), await join(router)];
    const id = await one.subscribe('a.b');
    expect(await one.subscribe('a.b')).toBe(id);
    expect(await two.subscribe('a.b')).toBe(id);
    expect(await one.subscribe('a.b', { match: 'prefix' })).not.toBe(id);
    expect(router.stats().subscriptions).toBe(2);
  });

  test('an event comes once for each matching subscription', async () => {
    const router = new Router();
    const [publisher, subscriber] = [await join(router), await join(router)];
    const exact = await subscriber.subscribe('a.b.c');
    const prefix = await subscriber.subscribe('a.b', { match: 'prefix' });
    const wildcard = await subscriber.subscribe('a..c', { match: 'wildcard' });
    await subscriber.subscribe('a.x', { match: 'prefix' });
    const [, , publication] = await publisher.ask(Code.PUBLISH, ack, 'a.b.c', ['hi'], { k: 1 });
    await subscriber.settled();
    expect(subscriber.of(Code.EVENT)).toEqual([
      [Code.EVENT, exact, publication, {}, ['hi'], { k: 1 }],
      [Code.EVENT, prefix, publication, { topic: 'a.b.c' }, ['hi'], { k: 1 }],
      [Code.EVENT, wildcard, publication, { topic: 'a.b.c' }, ['hi'], { k: 1 }],
    ]);
  });

  test('SUBSCRIBED comes before the first event, even with a publisher at full speed', async () => {
    const router = new Router();
    const [publisher, subscriber] = [await join(router), await join(router)];
    let published = 0;
    const publish = () => {
      publisher.say(Code.PUBLISH, ++published, {}, 'a.b', [published]);
      if (subscriber.of(Code.EVENT).length === 0) setImmediate(publish);
    };
    publish();
    subscriber.say(Code.SUBSCRIBE, 1, {}, 'a.b');
    await subscriber.next(Code.EVENT);
    const codes = subscriber.heard.map(([code]) => code);
    expect(codes.indexOf(Code.SUBSCRIBED)).toBeGreaterThan(0);
    expect(codes.indexOf(Code.SUBSCRIBED)).toBeLessThan(codes.indexOf(Code.EVENT));
  });

  test('after UNSUBSCRIBED no event comes, and a second UNSUBSCRIBE is refused', async () => {
    const router = new Router();
    const [publisher, subscriber] = [await join(router), await join(router)];
    const id = await subscriber.subscribe('a.b');
    expect(await subscriber.ask(Code.UNSUBSCRIBE, id)).toEqual([Code.UNSUBSCRIBED, 2]);
    await publisher.ask(Code.PUBLISH, ack, 'a.b');
    const [, , , , error] = await subscriber.ask(Code.UNSUBSCRIBE, id);
    expect(error).toBe(ErrorUri.NO_SUCH_SUBSCRIPTION);
    expect(subscriber.of(Code.EVENT)).toEqual([]);
    expect(router.stats().subscriptions).toBe(0);
  });

  test('topics of the protocol itself may be subscribed to', async () => {
    const peer = await join(new Router());
    await peer.subscribe('wamp.session.on_join');
    await peer.subscribe('wamp', { match: 'prefix' });
  });

  test('a subscription of another session cannot be ended', async () => {
    const router = new Router();
    const [one, two] = [await join(router), await join(router)];
    const id = await one.subscribe('a.b');
    const [, , , , error] = await two.ask(Code.UNSUBSCRIBE, id);
    expect(error).toBe(ErrorUri.NO_SUCH_SUBSCRIPTION);
    expect(router.stats().subscriptions).toBe(1);
  });
});

describe('publishing', () => {
  test('is acknowledged only when asked for', async () => {
    const router = new Router();
    const publisher = await join(router);
    publisher.say(Code.PUBLISH, 1, {}, 'a.b', ['silent']);
    const [code, request, publication] = await publisher.ask(Code.PUBLISH, ack, 'a.b');
    expect([code, request]).toEqual([Code.PUBLISHED, 1]);
    expect(publication).toBeTypeOf('number');
    expect(publisher.of(Code.PUBLISHED)).toHaveLength(1);
    expect(router.stats().published).toBe(2);
  });

  test('the publisher gets its own event only with exclude_me: false', async () => {
    const router = new Router();
    const peer = await join(router);
    await peer.subscribe('a.b');
    await peer.ask(Code.PUBLISH, ack, 'a.b', ['not me']);
    await peer.ask(Code.PUBLISH, { ...ack, exclude_me: false }, 'a.b', ['me too']);
    await peer.settled();
    expect(peer.of(Code.EVENT).map((event) => event[4])).toEqual([['me too']]);
  });

  test('events of one publisher arrive in order, across topics', async () => {
    const router = new Router();
    const [publisher, subscriber] = [await join(router), await join(router)];
    await subscriber.subscribe('a', { match: 'prefix' });
    for (let at = 1; at <= 300; at++) publisher.say(Code.PUBLISH, at, {}, `a.t${at % 7}`, [at]);
    await publisher.settled();
    await subscriber.settled();
    expect(subscriber.of(Code.EVENT).map((event) => event[4])).toEqual(
      Array.from({ length: 300 }, (_, at) => [at + 1]),
    );
  });

  test.each([
    ['eligible', (id: number) => [id], 'first'],
    ['exclude', (id: number) => [id], 'second'],
  ] as const)('%s names sessions', async (option, listOf, receiver) => {
    const router = new Router();
    const [publisher, first, second] = [await join(router), await join(router), await join(router)];
    await first.subscribe('a.b');
    await second.subscribe('a.b');
    await publisher.ask(Code.PUBLISH, { ...ack, [option]: listOf(first.id) }, 'a.b');
    await first.settled();
    await second.settled();
    expect(first.of(Code.EVENT)).toHaveLength(receiver === 'first' ? 1 : 0);
    expect(second.of(Code.EVENT)).toHaveLength(receiver === 'second' ? 1 : 0);
  });

  test.each([
    [{ eligible_authid: ['ann'] }, ['ann']],
    [{ exclude_authid: ['ann'] }, ['bob', 'cat']],
    [{ eligible_authrole: ['staff'] }, ['ann', 'bob']],
    [{ exclude_authrole: ['staff'] }, ['cat']],
    [{ eligible_authrole: ['staff'], exclude_authid: ['ann'] }, ['bob']],
    [{ eligible_authid: [] }, []],
  ])('%o reaches %o', async (options, expected) => {
    const router = new Router();
    const publisher = await join(router);
    const got: string[] = [];
    for (const [authid, authrole] of [
      ['ann', 'staff'],
      ['bob', 'staff'],
      ['cat', 'guest'],
    ] as const) {
      const session = await router.session('realm1', { authid, authrole });
      await session.subscribe('a.b', () => void got.push(authid));
      await session.subscribe('done', () => void got.push(`${authid} done`));
    }
    await publisher.ask(Code.PUBLISH, { ...ack, ...options }, 'a.b');
    await publisher.ask(Code.PUBLISH, ack, 'done');
    await expect.poll(() => got.filter((name) => name.endsWith('done')).length).toBe(3);
    expect(got.filter((name) => !name.endsWith('done'))).toEqual(expected);
    await router.close();
  });

  test('disclose_me tells subscribers who published; without it nothing does', async () => {
    const router = new Router();
    const [publisher, subscriber] = [await join(router), await join(router)];
    await subscriber.subscribe('a.b');
    await publisher.ask(Code.PUBLISH, { ...ack, disclose_me: true }, 'a.b');
    await publisher.ask(Code.PUBLISH, ack, 'a.b');
    const { authid, authrole } = publisher.welcome[2] as Record<string, unknown>;
    const [disclosed, silent] = [await subscriber.next(Code.EVENT), await subscriber.next(Code.EVENT)];
    expect(disclosed[3]).toEqual({ publisher: publisher.id, publisher_authid: authid, publisher_authrole: authrole });
    expect(silent[3]).toEqual({});
  });

  test.each(['bad uri', 'a..b', '', 'a.#', 'wamp.session.on_join'])(
    'to %j is refused when it asked for an answer, and else counted in silence',
    async (topic) => {
      const router = new Router();
      const refused: RouterEvents['publish:refused'][0][] = [];
      router.on('publish:refused', (event) => refused.push(event));
      const publisher = await join(router);
      const [code, type, , , error] = await publisher.ask(Code.PUBLISH, ack, topic);
      expect([code, type, error]).toEqual([Code.ERROR, Code.PUBLISH, ErrorUri.INVALID_URI]);
      publisher.say(Code.PUBLISH, 2, {}, topic);
      await publisher.settled();
      expect(
        publisher.heard.filter((message) => message[0] === Code.ERROR && message[1] === Code.PUBLISH),
      ).toHaveLength(1);
      expect(refused.map(({ acknowledged, topic: at }) => [acknowledged, at])).toEqual([
        [true, topic],
        [false, topic],
      ]);
      expect(router.stats()).toMatchObject({ refusedPublishes: 2, published: 0, sessions: 1 });
    },
  );

  test('a payload that one serializer cannot carry is withheld from its subscribers only, counted and reported', async () => {
    const router = new Router();
    const withheld: RouterEvents['event:withheld'][0][] = [];
    router.on('event:withheld', (event) => withheld.push(event));
    const publisher = await join(router, { serializer: cbor() });
    const [json, packed] = [await join(router), await join(router, { serializer: msgpack() })];
    await json.subscribe('a.b');
    await packed.subscribe('a.b');
    await publisher.ask(Code.PUBLISH, ack, 'a.b', [Number.POSITIVE_INFINITY]);
    await publisher.ask(Code.PUBLISH, ack, 'a.b', [7]);
    expect((await packed.next(Code.EVENT))[4]).toEqual([Number.POSITIVE_INFINITY]);
    expect((await json.next(Code.EVENT))[4]).toEqual([7]);
    expect(withheld).toMatchObject([{ topic: 'a.b', serializer: 'json', subscribers: 1 }]);
    expect(router.stats()).toMatchObject({ withheld: 1, delivered: 3 });
  });

  test('all subscribers of one subscription on one serializer get the same frame object', async () => {
    const router = new Router();
    const publisher = await join(router);
    const frames = new Set<unknown>();
    for (let at = 0; at < 5; at++) {
      const subscriber = await join(router);
      await subscriber.subscribe('a.b');
      const hear = subscriber.transport.serializer.split;
      subscriber.transport.serializer.split = (frame) => {
        frames.add(frame);
        return hear(frame);
      };
    }
    await publisher.ask(Code.PUBLISH, ack, 'a.b', ['once']);
    await expect.poll(() => router.stats().queuedBytes).toBe(0);
    expect(frames.size).toBe(1);
  });
});

describe('retained events', () => {
  test('the last one of a topic comes after SUBSCRIBED to who asks for it, marked as retained', async () => {
    const router = new Router();
    const [publisher, subscriber] = [await join(router), await join(router)];
    await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, 'a.b', ['old']);
    const [, , publication] = await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, 'a.b', ['new']);
    await publisher.ask(Code.PUBLISH, ack, 'a.b', ['passing']);
    const id = await subscriber.subscribe('a.b', { get_retained: true });
    expect(await subscriber.next(Code.EVENT)).toEqual([Code.EVENT, id, publication, { retained: true }, ['new']]);
    const pattern = await subscriber.subscribe('a', { match: 'prefix', get_retained: true });
    const details = { retained: true, topic: 'a.b' };
    expect(await subscriber.next(Code.EVENT)).toEqual([Code.EVENT, pattern, publication, details, ['new']]);
    expect(router.stats().retained).toBe(1);
  });

  test('nobody gets one unasked, nor one that was not for them', async () => {
    const router = new Router();
    const [publisher, subscriber, friend] = [await join(router), await join(router), await join(router)];
    await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, 'a.b', ['for all']);
    await publisher.ask(Code.PUBLISH, { ...ack, retain: true, eligible: [friend.id] }, 'a.b', ['for a friend']);
    await subscriber.subscribe('a.b');
    await subscriber.settled();
    expect(subscriber.of(Code.EVENT)).toEqual([]);
    await subscriber.subscribe('a.b', { get_retained: true });
    expect((await subscriber.next(Code.EVENT))[4]).toEqual(['for all']);
    await friend.subscribe('a.b', { get_retained: true });
    expect((await friend.next(Code.EVENT))[4]).toEqual(['for a friend']);
  });

  test('are bounded: the topic that was silent longest is forgotten first', async () => {
    const router = new Router({ limits: { maxRetained: 2 } });
    const [publisher, subscriber] = [await join(router), await join(router)];
    for (const topic of ['a.1', 'a.2', 'a.1', 'a.3']) {
      await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, topic, [topic]);
    }
    await subscriber.subscribe('a', { match: 'prefix', get_retained: true });
    await subscriber.settled();
    expect(subscriber.of(Code.EVENT).map((event) => event[4])).toEqual([['a.1'], ['a.3']]);
    expect(router.stats().retained).toBe(2);
  });

  test('are bounded in bytes too', async () => {
    const router = new Router({ limits: { maxRetainedBytes: 10_000 } });
    const publisher = await join(router);
    const text = 'x'.repeat(3_000);
    for (const topic of ['a.1', 'a.2', 'a.3', 'a.4']) {
      await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, topic, [text]);
    }
    expect(router.stats().retained).toBe(2);
    await publisher.ask(Code.PUBLISH, { ...ack, retain: true }, 'a.5', [text.repeat(4)]);
    expect(router.stats().retained).toBe(0);
  });
});
