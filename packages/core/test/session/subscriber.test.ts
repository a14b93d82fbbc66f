import { expect, test } from 'vitest';
import type { ReceivedEvent } from '../../src/session/index.js';
import { Code, Payload, roles } from '../../src/wire/index.js';
import { joined, settled } from '../support/scripted-router.js';

test('several handlers on one topic share a subscription, which is given up with the last of them', async () => {
  const { session, router } = await joined();
  const seen: string[] = [];
  const first = session.subscribe('a.b', () => void seen.push('first'));
  const second = session.subscribe('a.b', () => void seen.push('second'));
  for (let i = 0; i < 2; i++) {
    const { request } = await router.expect(Code.SUBSCRIBE);
    router.send({ code: Code.SUBSCRIBED, request, subscription: 99 });
  }
  const [one, two] = await Promise.all([first, second]);
  router.send({ code: Code.EVENT, subscription: 99, publication: 1, details: {} });
  await settled();
  expect(seen).toEqual(['first', 'second']);

  await one.unsubscribe();
  router.send({ code: Code.EVENT, subscription: 99, publication: 2, details: {} });
  await settled();
  expect(seen).toEqual(['first', 'second', 'second']);
  expect(router.unread).toBe(0);

  const gone = two.unsubscribe();
  const { request, subscription } = await router.expect(Code.UNSUBSCRIBE);
  expect(subscription).toBe(99);
  // An event that was on its way is dropped in silence.
  router.send({ code: Code.EVENT, subscription: 99, publication: 3, details: {} });
  router.send({ code: Code.UNSUBSCRIBED, request });
  await gone;
  expect(seen).toHaveLength(3);
});

test('unsubscribing while another handler on the same topic is being subscribed does not take its events away', async () => {
  const { session, router } = await joined();
  const seen: number[] = [];
  const opening = session.subscribe('a.b', () => {});
  router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 99 });
  const first = await opening;
  const second = session.subscribe('a.b', ({ publication }) => void seen.push(publication));
  const { request } = await router.expect(Code.SUBSCRIBE);
  await first.unsubscribe();
  router.send({ code: Code.SUBSCRIBED, request, subscription: 99 });
  router.send({ code: Code.EVENT, subscription: 99, publication: 5, details: {} });
  await second;
  await settled();
  expect(seen).toEqual([5]);
  expect(router.unread).toBe(0);
});

test('the first event may follow SUBSCRIBED at once', async () => {
  const { session, router } = await joined();
  const seen: unknown[] = [];
  const opening = session.subscribe('a.b', ({ args }) => void seen.push(...args));
  const { request } = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request, subscription: 1 });
  router.send({ code: Code.EVENT, subscription: 1, publication: 1, details: {}, payload: Payload.of(['now']) });
  await opening;
  await settled();
  expect(seen).toEqual(['now']);
});

test('what a handler throws, at once or later, reaches the error hook and no other handler', async () => {
  const errors: unknown[] = [];
  const { session, router } = await joined({ onError: (error, context) => errors.push([error, context.where]) });
  const seen: string[] = [];
  const handlers = [
    () => {
      throw new Error('at once');
    },
    async () => {
      throw new Error('later');
    },
    () => void seen.push('served'),
  ];
  for (const handler of handlers) {
    const opening = session.subscribe('a.b', handler);
    router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 1 });
    await opening;
  }
  router.send({ code: Code.EVENT, subscription: 1, publication: 1, details: {} });
  await settled();
  expect(seen).toEqual(['served']);
  expect(errors).toEqual([
    [new Error('at once'), 'event handler'],
    [new Error('later'), 'event handler'],
  ]);
});

test('an event that asks for it is confirmed once all handlers have run without an error, to a router that offers that', async () => {
  const details = { roles: roles({ broker: ['x_acknowledged_event_delivery'], dealer: [] }) };
  const { session, router } = await joined({ onError: () => {} }, details);
  const other = await joined();
  let finish: () => void = () => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const handler = (event: ReceivedEvent) => {
    if (event.args[0] === 'slow') return slow;
    if (event.args[0] === 'bad') throw new Error('no');
    return event.args[0] === 'late' ? Promise.reject(new Error('no')) : undefined;
  };
  const event = (publication: number, arg: string, more = { x_acknowledged_delivery: true }) =>
    ({ code: Code.EVENT, subscription: 7, publication, details: more, payload: Payload.of([arg]) }) as const;
  for (const each of [{ session, router }, other]) {
    const subscribing = each.session.subscribe('a.b', handler);
    const { request } = await each.router.expect(Code.SUBSCRIBE);
    each.router.send({ code: Code.SUBSCRIBED, request, subscription: 7 });
    await subscribing;
    each.router.send(event(1, 'good'));
  }
  expect(await router.expect(Code.EVENT_RECEIVED)).toMatchObject({ publication: 1 });
  router.send(event(2, 'slow'));
  router.send(event(3, 'bad'));
  router.send(event(4, 'late'));
  router.send(event(5, 'good', { x_acknowledged_delivery: false }));
  router.send(event(6, 'good'));
  expect(await router.expect(Code.EVENT_RECEIVED)).toMatchObject({ publication: 6 });
  finish();
  expect(await router.expect(Code.EVENT_RECEIVED)).toMatchObject({ publication: 2 });
  await settled();
  expect([router.unread, other.router.unread]).toEqual([0, 0]);
});

test('a signal that aborts while an event right behind SUBSCRIBED is handled ends the subscription', async () => {
  const { session, router } = await joined();
  const giveUp = new AbortController();
  const seen: number[] = [];
  const handler = ({ publication }: ReceivedEvent) => {
    seen.push(publication);
    giveUp.abort();
  };
  const opening = session.subscribe('a.b', handler, { signal: giveUp.signal });
  const { request } = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request, subscription: 9 });
  for (const publication of [1, 2]) router.send({ code: Code.EVENT, subscription: 9, publication, details: {} });
  await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  expect((await router.expect(Code.UNSUBSCRIBE)).subscription).toBe(9);
  expect(seen).toEqual([1]);
});

test('who leaves hears of no more events, though they have arrived with the one that made him leave', async () => {
  const { session, router } = await joined();
  const seen: number[] = [];
  const opening = session.subscribe('a.b', ({ publication }) => {
    seen.push(publication);
    void session.leave();
  });
  router.send({ code: Code.SUBSCRIBED, request: (await router.expect(Code.SUBSCRIBE)).request, subscription: 9 });
  await opening;
  for (const publication of [1, 2]) router.send({ code: Code.EVENT, subscription: 9, publication, details: {} });
  await router.expect(Code.GOODBYE);
  await settled();
  expect(seen).toEqual([1]);
});
