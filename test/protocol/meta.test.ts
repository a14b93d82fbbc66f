import type { Client, ReceivedEvent } from '@wigwag/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { carriers, formats, Stage } from '../support/peers.js';
import { Log, until } from '../support/until.js';

let stage: Stage;
let one: Client;
let two: Client;
beforeEach(async () => {
  stage = await Stage.open();
  [one, two] = await Promise.all([stage.join('websocket', 'json'), stage.join('rawsocket', 'cbor')]);
});
afterEach(() => stage.close());

const idOf = (client: Client) => (client.state.type === 'joined' ? client.state.session : 0);

async function eventsOf(topic: string): Promise<Log<readonly unknown[]>> {
  const log = new Log<readonly unknown[]>();
  await one.subscribe(topic, ({ args }: ReceivedEvent) => log.push(args));
  return log;
}

test.each(carriers.flatMap((carrier) => formats.map((format) => [carrier, format] as const)))(
  'over %s in %s, sessions are counted, listed and described',
  async (carrier, format) => {
    const client = await stage.join(carrier, format);
    expect(await client.call('wamp.session.count')).toBe(3);
    expect(await client.call('wamp.session.count', [['nobody']])).toBe(0);
    const list = await client.call('wamp.session.list');
    expect(list).toEqual(expect.arrayContaining([idOf(one), idOf(two), idOf(client)]));
    expect(await client.call('wamp.session.get', [idOf(two)])).toMatchObject({
      session: idOf(two),
      authrole: 'anonymous',
      authmethod: 'anonymous',
    });
    await expect(client.call('wamp.session.get', [1])).rejects.toMatchObject({ uri: 'wamp.error.no_such_session' });
    await expect(client.call('wamp.session.get', ['x'])).rejects.toMatchObject({ uri: 'wamp.error.invalid_argument' });
  },
);

test('who joins and who leaves is published', async () => {
  const [joins, leaves] = [await eventsOf('wamp.session.on_join'), await eventsOf('wamp.session.on_leave')];
  const guest = await stage.join('memory', 'msgpack');
  const id = idOf(guest);
  expect(await joins.first(1)).toMatchObject([[{ session: id, authrole: 'anonymous' }]]);
  await guest.close();
  expect((await leaves.first(1))[0]?.[0]).toBe(id);
});

test('a session is killed by id, by authid, by authrole or with all others, and told why; never the caller itself', async () => {
  const guests = await Promise.all([1, 2, 3, 4].map(() => stage.join('websocket', 'json')));
  const [byId, byAuthid] = guests;
  if (!byId || !byAuthid) throw new Error('four guests were asked for');
  await one.call('wamp.session.kill', [idOf(byId)], { kwargs: { reason: 'shop.close.fired', message: 'out' } });
  await until(() => byId.state.type === 'closed');
  expect(byId.state).toMatchObject({ error: { uri: 'shop.close.fired', message: expect.stringContaining('out') } });

  const details = await one.call('wamp.session.get', [idOf(byAuthid)]);
  expect(details).toHaveProperty('authid');
  const authid = typeof details === 'object' && details && 'authid' in details ? details.authid : '';
  const killed = idOf(byAuthid);
  expect(await one.call('wamp.session.kill_by_authid', [authid])).toEqual([killed]);
  await until(() => byAuthid.state.type === 'closed');
  expect(byAuthid.state).toMatchObject({ error: { uri: 'wamp.close.killed' } });

  expect(await one.call('wamp.session.kill_by_authrole', ['nobody'])).toBe(0);
  expect(await one.call('wamp.session.kill_all')).toBe(3);
  await until(() => stage.router.stats().sessions === 1);
  await expect(one.call('wamp.session.kill', [idOf(one)])).rejects.toMatchObject({ uri: 'wamp.error.no_such_session' });
  await expect(one.call('wamp.session.kill', [1])).rejects.toMatchObject({ uri: 'wamp.error.no_such_session' });
  expect(one.state.type).toBe('joined');
});

test('details of a session can be modified, and are seen by others', async () => {
  await one.call('wamp.session.modify_details', [idOf(two), { mood: 'good' }]);
  expect(await two.call('wamp.session.get', [idOf(two)])).toMatchObject({ mood: 'good' });
});

test('a subscription is created, subscribed to, left and deleted, in that order, and can be looked up meanwhile', async () => {
  const log = new Log<string>();
  for (const name of ['on_create', 'on_subscribe', 'on_unsubscribe', 'on_delete']) {
    await one.subscribe(`wamp.subscription.${name}`, ({ args }) => {
      if (args[0] === idOf(two)) log.push(name);
    });
  }
  const subscription = await two.subscribe('shop.', () => {}, { match: 'prefix' });
  expect(await one.call('wamp.subscription.lookup', ['shop.', { match: 'prefix' }])).toBe(subscription.id);
  expect(await one.call('wamp.subscription.lookup', ['shop.'])).toBeNull();
  expect(await one.call('wamp.subscription.match', ['shop.tick'])).toEqual([subscription.id]);
  expect(await one.call('wamp.subscription.get', [subscription.id])).toMatchObject({
    id: subscription.id,
    uri: 'shop.',
    match: 'prefix',
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  expect(await one.call('wamp.subscription.list')).toMatchObject({ prefix: [subscription.id] });
  expect(await one.call('wamp.subscription.list_subscribers', [subscription.id])).toEqual([idOf(two)]);
  expect(await one.call('wamp.subscription.count_subscribers', [subscription.id])).toBe(1);
  const { id } = subscription;
  await subscription.unsubscribe();
  expect(await log.first(4)).toEqual(['on_create', 'on_subscribe', 'on_unsubscribe', 'on_delete']);
  await expect(one.call('wamp.subscription.get', [id])).rejects.toMatchObject({
    uri: 'wamp.error.no_such_subscription',
  });
});

test('a registration is created, registered, unregistered and deleted, in that order, and can be looked up meanwhile', async () => {
  const log = new Log<string>();
  for (const name of ['on_create', 'on_register', 'on_unregister', 'on_delete']) {
    await one.subscribe(`wamp.registration.${name}`, ({ args }) => {
      if (args[0] === idOf(two)) log.push(name);
    });
  }
  const registration = await two.register('shop.price', () => 1, { invoke: 'roundrobin' });
  expect(await one.call('wamp.registration.lookup', ['shop.price'])).toBe(registration.id);
  expect(await one.call('wamp.registration.match', ['shop.price'])).toBe(registration.id);
  expect(await one.call('wamp.registration.match', ['shop.other'])).toBeNull();
  expect(await one.call('wamp.registration.get', [registration.id])).toMatchObject({
    id: registration.id,
    uri: 'shop.price',
    match: 'exact',
    invoke: 'roundrobin',
  });
  expect(await one.call('wamp.registration.list_callees', [registration.id])).toEqual([idOf(two)]);
  expect(await one.call('wamp.registration.count_callees', [registration.id])).toBe(1);
  const { id } = registration;
  await registration.unregister();
  expect(await log.first(4)).toEqual(['on_create', 'on_register', 'on_unregister', 'on_delete']);
  await expect(one.call('wamp.registration.get', [id])).rejects.toMatchObject({
    uri: 'wamp.error.no_such_registration',
  });
});

test('a subscriber and a callee can be removed, and are told', async () => {
  const told = new Log<string>();
  const guest = await stage.join('websocket', 'json', { onError: (error) => told.push(String(error)) });
  const subscription = await guest.subscribe('a.b', () => {});
  const registration = await guest.register('c.d', () => 1);
  await one.call('wamp.subscription.remove_subscriber', [subscription.id, idOf(guest)]);
  await one.call('wamp.registration.remove_callee', [registration.id, idOf(guest)]);
  expect(await told.first(2)).toEqual([
    expect.stringContaining('revoked the subscription to a.b'),
    expect.stringContaining('revoked the registration of c.d'),
  ]);
  await expect(one.call('c.d')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
});

test('a meta procedure that does not exist is one that nobody registered', async () => {
  await expect(one.call('wamp.session.dance')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
});
