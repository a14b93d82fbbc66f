import type { Client, ReceivedEvent } from '@wigwag/core';
import { publishConfirmed } from '@wigwag/core';
import { expect } from 'vitest';
import { Log } from '../support/until.js';
import { matrix, sessionOf } from './support/matrix.js';

const acknowledge = true;

/** What a subscriber hears, by the first argument of each event. */
async function hearing(client: Client, topic: string, options: Parameters<Client['subscribe']>[2] = {}) {
  const log = new Log<unknown>();
  const subscription = await client.subscribe(topic, ({ args }) => log.push(args[0]), options);
  return { log, subscription };
}

/** Everything that was published before has reached these clients: what the router says to one arrives in order. */
async function settled(...clients: readonly Client[]): Promise<void> {
  for (const client of clients) await client.call('wamp.session.count');
}

matrix('pattern_based_subscription: by prefix and by wildcard, each with the topic', async ({ connect }) => {
  const [publisher, subscriber] = [await connect(), await connect()];
  const log = new Log<readonly [string, string]>();
  await subscriber.subscribe('shop.ord', ({ topic }) => log.push(['prefix', topic]), { match: 'prefix' });
  await subscriber.subscribe('shop..new', ({ topic }) => log.push(['wildcard', topic]), { match: 'wildcard' });
  for (const topic of ['shop.orders', 'shop.order.new', 'shop.apple.old']) {
    await publisher.publish(topic, [], { acknowledge });
  }
  await settled(subscriber);
  expect([...log.entries].sort()).toEqual([
    ['prefix', 'shop.order.new'],
    ['prefix', 'shop.orders'],
    ['wildcard', 'shop.order.new'],
  ]);
});

matrix('publisher_exclusion: a publisher hears itself only where it asks to', async ({ connect }) => {
  const publisher = await connect();
  const { log } = await hearing(publisher, 'news');
  await publisher.publish('news', ['no'], { acknowledge });
  await publisher.publish('news', ['yes'], { acknowledge, exclude_me: false });
  await settled(publisher);
  expect(log.entries).toEqual(['yes']);
});

matrix('subscriber_blackwhite_listing: by session, authid and authrole', async ({ connect }) => {
  const [publisher, one, two] = [await connect(), await connect(), await connect()];
  const [first, second] = [await hearing(one, 'news'), await hearing(two, 'news')];
  const publish = (text: string, options: object) => publisher.publish('news', [text], { acknowledge, ...options });
  await publish('for one', { eligible: [sessionOf(one)] });
  await publish('not for one', { exclude: [sessionOf(one)] });
  await publish('for no role', { eligible_authrole: ['nobody'] });
  await publish('not for guests', { exclude_authrole: ['anonymous'] });
  await publish('for strangers', { eligible_authid: ['somebody else'] });
  await publish('for guests', { eligible_authrole: ['anonymous'], exclude_authid: ['somebody else'] });
  await settled(one, two);
  expect(first.log.entries).toEqual(['for one', 'for guests']);
  expect(second.log.entries).toEqual(['not for one', 'for guests']);
});

matrix('publisher_identification: who asks for it is named, and nobody else', async ({ connect }) => {
  const [publisher, subscriber] = [await connect(), await connect()];
  const log = new Log<ReceivedEvent>();
  await subscriber.subscribe('news', log.push);
  await publisher.publish('news', [], { acknowledge });
  await publisher.publish('news', [], { acknowledge, disclose_me: true });
  const [unnamed, named] = await log.first(2);
  expect(unnamed?.details).not.toHaveProperty('publisher');
  expect(named?.details).toMatchObject({ publisher: sessionOf(publisher), publisher_authrole: 'anonymous' });
});

matrix(
  'publisher_identification: a router that insists on it names who did not ask',
  async ({ connect }) => {
    const [publisher, subscriber] = [await connect(), await connect()];
    const log = new Log<ReceivedEvent>();
    await subscriber.subscribe('news', log.push);
    await publisher.publish('news', [], { acknowledge });
    expect((await log.first(1))[0]?.details).toMatchObject({ publisher: sessionOf(publisher) });
  },
  { disclosure: { publishers: 'force' } },
);

matrix(
  'publisher_identification: a router that refuses it takes no event of who asks for it',
  async ({ connect }) => {
    const [publisher, subscriber] = [await connect(), await connect()];
    const { log } = await hearing(subscriber, 'news');
    await expect(publisher.publish('news', ['named'], { acknowledge, disclose_me: true })).rejects.toMatchObject({
      uri: 'wamp.error.option_disallowed.disclose_me',
    });
    await publisher.publish('news', ['unnamed'], { acknowledge });
    await settled(subscriber);
    expect(log.entries).toEqual(['unnamed']);
  },
  { disclosure: { publishers: 'refuse' } },
);

matrix(
  'publication trust levels: the level of the publisher stands in the details',
  async ({ connect }) => {
    const [publisher, subscriber] = [await connect(), await connect()];
    const log = new Log<ReceivedEvent>();
    await subscriber.subscribe('news', log.push);
    await publisher.publish('news', [], { acknowledge });
    expect((await log.first(1))[0]?.details).toMatchObject({ trustlevel: 2 });
  },
  { trustLevels: { publishers: () => 2 } },
);

matrix('event_retention: who comes late gets the last event, marked as retained', async ({ connect }) => {
  const [publisher, early] = [await connect(), await connect()];
  const { log } = await hearing(early, 'weather');
  await publisher.publish('weather', ['rain'], { acknowledge, retain: true });
  await publisher.publish('weather', ['sun'], { acknowledge, retain: true });
  await publisher.publish('weather', ['not kept'], { acknowledge });
  const late = await connect();
  const retained = new Log<ReceivedEvent>();
  await late.subscribe('weather', retained.push, { get_retained: true });
  const plain = await hearing(late, 'weather.', { match: 'prefix' });
  const [event] = await retained.first(1);
  await settled(early, late);
  expect(event).toMatchObject({ args: ['sun'], details: { retained: true } });
  expect(retained.entries).toHaveLength(1);
  expect(plain.log.entries).toEqual([]);
  expect(log.entries).toEqual(['rain', 'sun', 'not kept']);
});

matrix('event_retention: each gets the last of those that it may get', async ({ connect }) => {
  const [publisher, one, two, three] = [await connect(), await connect(), await connect(), await connect()];
  const retain = (text: string, options: object) =>
    publisher.publish('weather', [text], { acknowledge, retain: true, ...options });
  await retain('for all', {});
  await retain('for one', { eligible: [sessionOf(one)] });
  await retain('not for three', { exclude: [sessionOf(one), sessionOf(three)] });
  await retain('for nobody', { eligible_authrole: ['nobody'] });
  const late = [];
  for (const client of [one, two, three]) late.push(await hearing(client, 'weather', { get_retained: true }));
  // None of its own comes back to the publisher.
  const own = await hearing(publisher, 'weather', { get_retained: true });
  await settled(one, two, three, publisher);
  expect(late.map(({ log }) => log.entries)).toEqual([['for one'], ['not for three'], ['for all']]);
  expect(own.log.entries).toEqual([]);
});

matrix('sharded_subscription: an rkey chooses one of those with an nkey, always the same', async ({ connect }) => {
  const [publisher, one, two, plain] = [await connect(), await connect(), await connect(), await connect()];
  const [first, second] = [await hearing(one, 'jobs', { nkey: 'one' }), await hearing(two, 'jobs', { nkey: 'two' })];
  const all = await hearing(plain, 'jobs');
  const keys = Array.from({ length: 30 }, (_, at) => `user ${at % 10}`);
  for (const rkey of keys) await publisher.publish('jobs', [rkey], { acknowledge, rkey });
  await settled(one, two, plain);
  expect(all.log.entries).toEqual(keys);
  expect([...first.log.entries, ...second.log.entries].sort()).toEqual([...keys].sort());
  expect(first.log.entries.filter((key) => second.log.entries.includes(key))).toEqual([]);
});

matrix('subscription_revocation: a subscriber that is removed is told, and hears no more', async ({ connect }) => {
  const told = new Log<unknown>();
  const [admin, subscriber] = [await connect(), await connect({ onError: told.push })];
  const { log, subscription } = await hearing(subscriber, 'news');
  await admin.call('wamp.subscription.remove_subscriber', [subscription.id, sessionOf(subscriber)]);
  expect(await told.first(1)).toMatchObject([{ message: expect.stringContaining('revoked the subscription to news') }]);
  await admin.publish('news', ['unheard'], { acknowledge });
  await settled(subscriber);
  expect(log.entries).toEqual([]);
});

matrix('acknowledged delivery: a publisher learns how many have handled what it published', async ({ connect }) => {
  const errors: unknown[] = [];
  const [publisher, one, two] = [await connect(), await connect(), await connect({ onError: (e) => errors.push(e) })];
  await one.subscribe('news', async () => {
    await settled(one);
  });
  const failing = await two.subscribe('news', () => {
    throw new Error('not handled');
  });
  const some = await publishConfirmed(publisher, 'news', ['hello'], { timeout: 50 });
  expect(some).toMatchObject({ recipients: 2, left: 0, complete: false });
  expect(some.confirmed).toBeLessThanOrEqual(1);
  await failing.unsubscribe();
  const all = await publishConfirmed(publisher, 'news', ['hello']);
  expect(all).toEqual({ publication: expect.any(Number), recipients: 1, confirmed: 1, left: 0, complete: true });
  expect(errors).toMatchObject([{ message: 'not handled' }]);
});
