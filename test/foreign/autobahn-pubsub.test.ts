import type { ReceivedEvent } from '@wigwag/node';
import { describe, expect, test } from 'vitest';
import { joined, listen, serializers, sessionId } from './support/autobahn.js';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';

const stage = setStage();
const acknowledge = { acknowledge: true };

describe('subscriptions of AutobahnJS', () => {
  test('match by prefix, character by character, and by wildcard', async () => {
    const [publisher, subscriber] = [await stage.ours(), await joined(stage)];
    const prefix = await listen(subscriber, 'com.app.emergency', { match: 'prefix' });
    const wildcard = await listen(subscriber, 'com..emergency', { match: 'wildcard' });
    await publisher.publish('com.app.emergency-low', ['prefix alone']);
    await publisher.publish('com.site.emergency', ['wildcard alone']);
    await publisher.publish('com.app.emergency', ['both']);
    const byPrefix = await prefix.take(2);
    const byWildcard = await wildcard.take(2);
    expect(byPrefix.map(({ args }) => args)).toEqual([['prefix alone'], ['both']]);
    expect(byPrefix.map(({ event }) => event.topic)).toEqual(['com.app.emergency-low', 'com.app.emergency']);
    expect(byWildcard.map(({ args }) => args)).toEqual([['wildcard alone'], ['both']]);
    expect(byWildcard.map(({ event }) => event.topic)).toEqual(['com.site.emergency', 'com.app.emergency']);
    expect(byPrefix[1]?.event.publication).toBe(byWildcard[1]?.event.publication);
  });

  test('of several sessions all receive one publication', async () => {
    const publisher = await stage.ours();
    const sessions = await Promise.all(
      Object.values(serializers).map((make) => joined(stage, { serializers: [make()] })),
    );
    const inboxes = await Promise.all(sessions.map((session) => listen(session, 'com.app.news')));
    const id = await publisher.publish('com.app.news', ['hello'], acknowledge);
    for (const inbox of inboxes)
      expect(await inbox.next()).toMatchObject({ args: ['hello'], event: { publication: id } });
    expect(stage.router.stats().subscriptions).toBe(1);
  });

  test('on one topic in one session end one by one', async () => {
    const [publisher, subscriber] = [await stage.ours(), await joined(stage)];
    const [first, second] = [new Inbox<unknown>(), new Inbox<unknown>()];
    const one = await subscriber.subscribe('com.app.news', first.push);
    const two = await subscriber.subscribe('com.app.news', ([value]) => second.push(value));
    expect(one.id).toBe(two.id);
    expect(await one.unsubscribe()).toBe(false);
    await publisher.publish('com.app.news', ['still here']);
    expect(await second.next()).toBe('still here');
    expect(first.size).toBe(0);
    expect(await two.unsubscribe()).toBe(true);
  });
});

describe('publications of AutobahnJS', () => {
  test('come back to their publisher only with exclude_me: false', async () => {
    const session = await joined(stage);
    const events = await listen(session, 'com.app.news');
    await session.publish('com.app.news', ['not to me'], {}, acknowledge);
    await session.publish('com.app.news', ['to me'], {}, { exclude_me: false, ...acknowledge });
    expect((await events.next()).args).toEqual(['to me']);
  });

  test('reach whom `eligible` names and not whom `exclude` names', async () => {
    const [publisher, chosen, other] = [await joined(stage), await joined(stage), await joined(stage)];
    const [toChosen, toOther] = [await listen(chosen, 'com.app.news'), await listen(other, 'com.app.news')];
    await publisher.publish('com.app.news', ['eligible'], {}, { eligible: [sessionId(chosen)] });
    await publisher.publish('com.app.news', ['exclude'], {}, { exclude: [sessionId(chosen)] });
    await publisher.publish('com.app.news', ['all'], {}, acknowledge);
    expect((await toChosen.take(2)).map(({ args }) => args)).toEqual([['eligible'], ['all']]);
    expect((await toOther.take(2)).map(({ args }) => args)).toEqual([['exclude'], ['all']]);
  });

  test('name their publisher with disclose_me, to AutobahnJS and to us', async () => {
    const [publisher, subscriber, client] = [await joined(stage), await joined(stage), await stage.ours()];
    const events = await listen(subscriber, 'com.app.news');
    const received = new Inbox<ReceivedEvent>();
    await client.subscribe('com.app.news', received.push);
    await publisher.publish('com.app.news', [], {}, { disclose_me: true });
    await publisher.publish('com.app.news');
    const [disclosed, anonymous] = await events.take(2);
    expect(disclosed?.event).toMatchObject({ publisher: publisher.id, publisher_authrole: 'anonymous' });
    expect(anonymous?.event.publisher).toBeUndefined();
    expect((await received.next()).details).toMatchObject({ publisher: publisher.id, publisher_authrole: 'anonymous' });
  });

  test('to a topic that is no URI are refused with the reason', async () => {
    const publisher = await joined(stage);
    await expect(publisher.publish('com..news', [], {}, acknowledge)).rejects.toMatchObject({
      error: 'wamp.error.invalid_uri',
    });
  });
});
