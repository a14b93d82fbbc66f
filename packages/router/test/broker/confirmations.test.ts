import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';
import { until } from '../support/peer.js';

const wanted = { acknowledge: true, x_acknowledged_delivery: true };

async function publish(peer: Peer, topic = 'news', options: Record<string, unknown> = {}): Promise<number> {
  return Number((await peer.ask(Code.PUBLISH, { ...wanted, ...options }, topic, ['hello']))[2]);
}

const ask = (peer: Peer, publication: unknown, kwargs: Record<string, unknown> = {}): Promise<Message> =>
  peer.ask(Code.CALL, {}, 'wigwag.publication.confirmations', [publication], kwargs);

/** What the router says; the error's URI where it says no. */
async function stateOf(peer: Peer, publication: unknown, kwargs: Record<string, unknown> = {}): Promise<unknown> {
  const answer = await ask(peer, publication, kwargs);
  return answer[0] === Code.ERROR ? answer[4] : (answer[3] as unknown[])[0];
}

/** Says EVENT_RECEIVED for the next event, and waits until the router has heard it. */
async function confirm(peer: Peer): Promise<void> {
  const [, , publication] = await peer.next(Code.EVENT);
  peer.say(Code.EVENT_RECEIVED, publication);
  await peer.settled();
}

test('the feature is announced, and events tell their subscribers that they are to confirm', async () => {
  const router = new Router();
  const [publisher, reader] = [await join(router), await join(router)];
  const features = { x_acknowledged_event_delivery: true, _confirmations: true };
  expect(reader.welcome[2]).toMatchObject({ roles: { broker: { features } } });
  await reader.subscribe('news');
  await publish(publisher);
  await publish(publisher, 'news', { x_acknowledged_delivery: false });
  // Who is not told the id could never ask.
  publisher.say(Code.PUBLISH, 900, { x_acknowledged_delivery: true }, 'news');
  await publisher.settled();
  await reader.settled();
  expect(reader.of(Code.EVENT).map((event) => event[3])).toEqual([{ x_acknowledged_delivery: true }, {}, {}]);
  expect(router.stats().unconfirmed).toBe(1);
});

test('confirmations are counted by session, once all of its events are confirmed', async () => {
  const router = new Router();
  const [publisher, one, two] = [await join(router), await join(router), await join(router)];
  await one.subscribe('news');
  await two.subscribe('news');
  await two.subscribe('ne', { match: 'prefix' });
  const publication = await publish(publisher);
  const counted = (confirmed: number, complete = false) => ({ recipients: 2, confirmed, left: 0, complete });
  expect(await stateOf(publisher, publication)).toEqual(counted(0));
  await confirm(one);
  expect(await stateOf(publisher, publication)).toEqual(counted(1));
  await confirm(two);
  expect(await stateOf(publisher, publication)).toEqual(counted(1));
  await confirm(two);
  expect(await stateOf(publisher, publication)).toEqual(counted(2, true));
});

test('a question waits for the last confirmation, or for its time', async () => {
  const clock = new TestClock();
  const router = new Router({ clock });
  const [publisher, reader] = [await join(router), await join(router)];
  await reader.subscribe('news');
  const publication = await publish(publisher);
  publisher.say(Code.CALL, 800, {}, 'wigwag.publication.confirmations', [publication], { timeout: 1_000 });
  await publisher.settled();
  const timers = clock.pending;
  await confirm(reader);
  expect((await publisher.next(Code.RESULT)).slice(1)).toMatchObject([800, {}, [{ confirmed: 1, complete: true }]]);
  expect(clock.pending).toBe(timers - 1);

  const second = await publish(publisher);
  publisher.say(Code.CALL, 801, {}, 'wigwag.publication.confirmations', [second], { timeout: 1_000 });
  await publisher.settled();
  clock.advance(999);
  await publisher.settled();
  expect(publisher.of(Code.RESULT)).toHaveLength(1);
  clock.advance(1);
  expect((await publisher.next(Code.RESULT)).slice(1)).toMatchObject([801, {}, [{ confirmed: 0, complete: false }]]);
});

test.each(['no procedure', 'nobody.serves.it', 'wamp.session.count'])(
  'a CALL of %j with the id of a question that waits breaks the protocol, and is not answered beside it',
  async (procedure) => {
    const router = new Router();
    const [publisher, reader] = [await join(router), await join(router)];
    await reader.subscribe('news');
    const publication = await publish(publisher);
    publisher.say(Code.CALL, 800, {}, 'wigwag.publication.confirmations', [publication], { timeout: 60_000 });
    publisher.say(Code.CALL, 800, {}, procedure);
    expect((await publisher.next(Code.ABORT))[2]).toBe(ErrorUri.PROTOCOL_VIOLATION);
    expect([publisher.of(Code.ERROR), publisher.of(Code.RESULT)]).toEqual([[], []]);
  },
);

test('who leaves will not confirm any more; nobody to wait for is complete at once', async () => {
  const router = new Router();
  const [publisher, reader] = [await join(router), await join(router)];
  await reader.subscribe('news');
  const publication = await publish(publisher);
  const answer = ask(publisher, publication, { timeout: 60_000 });
  reader.transport.terminate();
  expect((await answer)[3]).toEqual([{ recipients: 1, confirmed: 0, left: 1, complete: true }]);
  const alone = await publish(publisher, 'nobody.listens');
  expect(await stateOf(publisher, alone, { timeout: 60_000 })).toMatchObject({ recipients: 0, complete: true });
});

test('only its publisher may ask, for as long as it is remembered', async () => {
  const clock = new TestClock();
  const router = new Router({ clock, limits: { confirmationTime: 5_000, maxConfirmations: 2 } });
  const [publisher, other] = [await join(router), await join(router)];
  await other.subscribe('news');
  const unknown = 'wigwag.error.no_such_publication';
  const [first, second, third] = [await publish(publisher), await publish(publisher), await publish(publisher)];
  expect(await stateOf(other, third)).toBe(unknown);
  expect(await stateOf(publisher, first)).toBe(unknown);
  expect(await stateOf(publisher, second)).toMatchObject({ recipients: 1 });
  clock.advance(5_000);
  expect(await stateOf(publisher, second)).toBe(unknown);
  expect(router.stats().unconfirmed).toBe(0);
  // One that comes too late, one for what was never published, and one that nobody asked for.
  for (let at = 0; at < 3; at++) await confirm(other);
  other.say(Code.EVENT_RECEIVED, 12_345);
  await other.settled();
  expect(await stateOf(publisher, 12_345)).toBe(unknown);
  expect(await stateOf(publisher, 'x')).toBe('wamp.error.invalid_argument');
  expect(await stateOf(publisher, third, { timeout: -1 })).toBe('wamp.error.invalid_argument');
});

test('awaited sessions are bounded; those beyond are counted and never complete', async () => {
  const router = new Router({ limits: { maxConfirmers: 2 } });
  const publisher = await join(router);
  const readers = [await join(router), await join(router), await join(router)];
  for (const reader of readers) await reader.subscribe('news');
  const publication = await publish(publisher);
  for (const reader of readers) await confirm(reader);
  expect(await stateOf(publisher, publication)).toEqual({ recipients: 3, confirmed: 2, left: 0, complete: false });
});

test('questions about one publication that wait are bounded', async () => {
  const router = new Router();
  const [publisher, reader] = [await join(router), await join(router)];
  await reader.subscribe('news');
  const publication = await publish(publisher);
  const questions = Array.from({ length: 17 }, () => ask(publisher, publication, { timeout: 60_000 }));
  expect((await questions[16])?.[4]).toBe('wigwag.error.limit_exceeded');
  await confirm(reader);
  for (const question of questions.slice(0, 16)) expect((await question)[0]).toBe(Code.RESULT);
  expect(await stateOf(publisher, publication, { timeout: 60_000 })).toMatchObject({ complete: true });
});

test('nothing is left of a publisher and of readers that are gone', async () => {
  const clock = new TestClock();
  const router = new Router({ clock });
  const [publisher, reader] = [await join(router), await join(router)];
  const idle = clock.pending;
  await reader.subscribe('news');
  for (let at = 0; at < 10; at++) await publish(publisher);
  expect(router.stats().unconfirmed).toBe(10);
  publisher.say(Code.CALL, 800, {}, 'wigwag.publication.confirmations', [await publish(publisher)], { timeout: 1_000 });
  await publisher.settled();
  publisher.transport.terminate();
  await until(() => router.stats().sessions === 1);
  expect(router.stats().unconfirmed).toBe(0);
  await until(() => clock.pending <= idle);
});

test('what a canceled question comes to is no answer to the one that has its id now', async () => {
  const clock = new TestClock();
  const router = new Router({ clock });
  const [publisher, reader] = [await join(router), await join(router)];
  await reader.subscribe('news');
  const [first, second] = [await publish(publisher), await publish(publisher)];
  const about = (publication: number, timeout: number) =>
    publisher.say(Code.CALL, 900, {}, 'wigwag.publication.confirmations', [publication], { timeout });
  about(first, 1000);
  publisher.say(Code.CANCEL, 900, {});
  expect((await publisher.next(Code.ERROR))[4]).toBe(ErrorUri.CANCELED);
  about(second, 5000);
  await publisher.settled();
  clock.advance(1000);
  await publisher.settled();
  expect(publisher.of(Code.RESULT)).toEqual([]);
  await confirm(reader);
  await confirm(reader);
  expect((await publisher.next(Code.RESULT))[3]).toEqual([{ recipients: 1, confirmed: 1, left: 0, complete: true }]);
});
