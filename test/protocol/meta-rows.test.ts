import type { Client } from '@wigwag/core';
import { expect } from 'vitest';
import { Log } from '../support/until.js';
import { matrix, sessionOf } from './support/matrix.js';

/** What the router tells of `of`, of the topics that begin with `prefix`, by the last part of each. */
async function told(observer: Client, prefix: string, of: Client): Promise<Log<string>> {
  const log = new Log<string>();
  await observer.subscribe(
    prefix,
    ({ topic, args }) => {
      const [first] = args;
      const who = typeof first === 'object' && first && 'session' in first ? first.session : first;
      if (who === sessionOf(of)) log.push(topic.slice(prefix.length));
    },
    { match: 'prefix' },
  );
  return log;
}

matrix('session_meta_api: sessions are counted, described, and removed for a reason', async ({ connect }) => {
  const [admin, guest] = [await connect(), await connect()];
  const log = await told(admin, 'wamp.session.', guest);
  expect(await admin.call('wamp.session.count')).toBe(2);
  expect(await admin.call('wamp.session.list')).toEqual(expect.arrayContaining([sessionOf(admin), sessionOf(guest)]));
  expect(await admin.call('wamp.session.get', [sessionOf(guest)])).toMatchObject({
    session: sessionOf(guest),
    authrole: 'anonymous',
  });
  const ended = new Promise<unknown>((resolve) => {
    guest.on('state', (state) => state.type === 'closed' && resolve(state.error));
  });
  await admin.call('wamp.session.kill', [sessionOf(guest)], { kwargs: { reason: 'shop.close.over', message: 'go' } });
  expect(await ended).toMatchObject({ uri: 'shop.close.over' });
  await expect(admin.call('wamp.session.get', [1])).rejects.toMatchObject({ uri: 'wamp.error.no_such_session' });
  expect(log.entries.every((name) => name === 'on_leave')).toBe(true);
});

matrix('subscription_meta_api: a subscription is told of, looked up and matched', async ({ connect }) => {
  const [admin, guest] = [await connect(), await connect()];
  const log = await told(admin, 'wamp.subscription.', guest);
  const subscription = await guest.subscribe('shop.', () => {}, { match: 'prefix' });
  const { id } = subscription;
  expect(await admin.call('wamp.subscription.lookup', ['shop.', { match: 'prefix' }])).toBe(id);
  expect(await admin.call('wamp.subscription.match', ['shop.tick'])).toEqual([id]);
  expect(await admin.call('wamp.subscription.get', [id])).toMatchObject({ id, uri: 'shop.', match: 'prefix' });
  expect(await admin.call('wamp.subscription.list_subscribers', [id])).toEqual([sessionOf(guest)]);
  expect(await admin.call('wamp.subscription.count_subscribers', [id])).toBe(1);
  await subscription.unsubscribe();
  expect(await log.first(4)).toEqual(['on_create', 'on_subscribe', 'on_unsubscribe', 'on_delete']);
});

matrix('registration_meta_api: a registration is told of, looked up and matched', async ({ connect }) => {
  const [admin, guest] = [await connect(), await connect()];
  const log = await told(admin, 'wamp.registration.', guest);
  const registration = await guest.register('shop.price', () => 1, { invoke: 'roundrobin' });
  const { id } = registration;
  expect(await admin.call('wamp.registration.lookup', ['shop.price'])).toBe(id);
  expect(await admin.call('wamp.registration.match', ['shop.price'])).toBe(id);
  expect(await admin.call('wamp.registration.get', [id])).toMatchObject({ id, uri: 'shop.price', match: 'exact' });
  expect(await admin.call('wamp.registration.list_callees', [id])).toEqual([sessionOf(guest)]);
  expect(await admin.call('wamp.registration.count_callees', [id])).toBe(1);
  await registration.unregister();
  expect(await log.first(4)).toEqual(['on_create', 'on_register', 'on_unregister', 'on_delete']);
});

matrix(
  'disclosure by configuration: forced for publishers, refused for callers',
  async ({ connect }) => {
    const [one, two] = [await connect(), await connect()];
    const publishers = new Log<unknown>();
    await two.subscribe('news', ({ details }) => publishers.push(details.publisher));
    await one.publish('news', [], { acknowledge: true });
    expect(await publishers.first(1)).toEqual([sessionOf(one)]);
    await two.register('who', (_, { details }) => details.caller ?? 'unknown');
    expect(await one.call('who')).toBe('unknown');
    await expect(one.call('who', [], { disclose_me: true })).rejects.toMatchObject({
      uri: 'wamp.error.option_disallowed.disclose_me',
    });
  },
  { disclosure: { publishers: 'force', callers: 'refuse' } },
);
