import type { ReceivedEvent } from '@wigwag/node';
import { expect, test } from 'vitest';
import * as autobahn from './support/autobahn.js';
import { Inbox } from './support/inbox.js';
import { setStage } from './support/stage.js';
import * as wampy from './support/wampy.js';

const stage = setStage({ history: [{ topic: 'com.', match: 'prefix', limit: 20 }] });
const acknowledge = { acknowledge: true };
const GET_EVENTS = 'wamp.subscription.get_events';

/** The first arguments of the events in an answer of `wamp.subscription.get_events`. */
function argsOf(events: unknown): unknown[] {
  if (!Array.isArray(events)) throw new Error(`no list: ${JSON.stringify(events)}`);
  return events.map(({ args }) => args[0]);
}

test('AutobahnJS asks for what was published before, as it does of Crossbar.io, and with filters', async () => {
  const [publisher, session] = [await stage.ours(), await autobahn.joined(stage)];
  const [first] = [await publisher.publish('com.autobahn', [1], acknowledge)];
  for (const n of [2, 3]) await publisher.publish('com.autobahn', [n], acknowledge);
  const subscription = await session.subscribe('com.autobahn', () => {});
  const answer = await session.call(GET_EVENTS, [subscription.id, 2]);
  // Keyword arguments in an answer make AutobahnJS hand over a result with both.
  expect(answer).toMatchObject({ args: [expect.any(Array)], kwargs: { complete: false } });
  expect(argsOf(Object(answer).args[0])).toEqual([3, 2]);
  const rest = await session.call(GET_EVENTS, [subscription.id], { after_publication: first });
  expect(argsOf(Object(rest).args[0])).toEqual([2, 3]);
  const contradiction = session.call(GET_EVENTS, [subscription.id], {
    from_publication: first,
    before_publication: first,
  });
  await expect(contradiction).rejects.toMatchObject({ error: 'wamp.error.invalid_argument' });
});

test('wampy asks for what was published before, with filters', async () => {
  const [publisher, session] = [await stage.ours(), await wampy.joined(stage)];
  const [first] = [await publisher.publish('com.wampy', [1], acknowledge)];
  for (const n of [2, 3]) await publisher.publish('com.wampy', [n], acknowledge);
  const { subscriptionId } = await session.subscribe('com.wampy', () => {});
  const answer = await session.call(GET_EVENTS, { argsList: [subscriptionId], argsDict: { after_publication: first } });
  expect(argsOf(answer.argsList?.[0])).toEqual([2, 3]);
  expect(answer.argsDict).toMatchObject({ complete: true });
});

test('what AutobahnJS and wampy published while ours was away is recovered', async () => {
  const [one, two, reader] = [await autobahn.joined(stage), await wampy.joined(stage), await stage.ours()];
  const received = new Inbox<ReceivedEvent>();
  await reader.subscribe('com.mixed', received.push, { recover: true });
  const { session } = reader;
  await one.call('wamp.session.kill', [session], { reason: 'wamp.close.system_shutdown' });
  await one.publish('com.mixed', ['autobahn'], {}, acknowledge);
  await two.publish('com.mixed', ['wampy'], acknowledge);
  const heard = await received.take(2);
  expect(heard.map(({ args }) => args)).toEqual([['autobahn'], ['wampy']]);
});

test('AutobahnJS and wampy get the last event where they ask for it, and nothing that is not for them', async () => {
  const publisher = await stage.ours();
  const retain = { ...acknowledge, retain: true };
  await publisher.publish('org.last', ['old'], retain);
  await publisher.publish('org.last', ['for all'], retain);
  await publisher.publish('org.last', ['for staff'], { ...retain, eligible_authrole: ['staff'] });
  const events = await autobahn.listen(await autobahn.joined(stage), 'org.last', { get_retained: true });
  expect(await events.next()).toMatchObject({ args: ['for all'], event: { retained: true } });
  const received = new Inbox<wampy.Received>();
  await (await wampy.joined(stage)).subscribe('org.last', received.push, { get_retained: true });
  expect(await received.next()).toMatchObject({ argsList: ['for all'], details: { retained: true } });
  expect([events.size, received.size]).toEqual([0, 0]);
});

test('of AutobahnJS sessions that share a subscription by node key, one gets an event that carries a resource key', async () => {
  const publisher = await stage.ours();
  const sessions = [await autobahn.joined(stage), await autobahn.joined(stage)];
  const inboxes: Inbox<autobahn.Received>[] = [];
  for (const [at, session] of sessions.entries()) {
    inboxes.push(await autobahn.listen(session, 'org.shared', { nkey: `node${at}` }));
  }
  for (let n = 0; n < 20; n++) await publisher.publish('org.shared', [n], { ...acknowledge, rkey: `key${n}` });
  for (const session of sessions) await session.call('wamp.session.count');
  const sizes = inboxes.map(({ size }) => size);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(20);
  for (const size of sizes) expect(size).toBeGreaterThan(0);
});
