import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';

const ack = { acknowledge: true };

test('disclosure that is forced names the publisher though it did not ask', async () => {
  const router = new Router({ disclosure: { publishers: 'force' } });
  const [publisher, subscriber] = [await join(router), await join(router)];
  await subscriber.subscribe('a.b');
  await publisher.ask(Code.PUBLISH, ack, 'a.b');
  expect((await subscriber.next(Code.EVENT))[3]).toMatchObject({ publisher: publisher.id });
});

test('disclosure that is refused refuses who asks for it, and nobody gets that event', async () => {
  const router = new Router({ disclosure: { publishers: 'refuse' } });
  const [publisher, subscriber] = [await join(router), await join(router)];
  await subscriber.subscribe('a.b');
  const [code, , , , error] = await publisher.ask(Code.PUBLISH, { ...ack, disclose_me: true }, 'a.b', ['no']);
  expect([code, error]).toEqual([Code.ERROR, ErrorUri.DISCLOSE_ME_DISALLOWED]);
  publisher.say(Code.PUBLISH, 2, { disclose_me: true }, 'a.b', ['no']);
  await publisher.ask(Code.PUBLISH, ack, 'a.b', ['yes']);
  const event = await subscriber.next(Code.EVENT);
  expect([event[3], event[4]]).toEqual([{}, ['yes']]);
  expect(router.stats()).toMatchObject({ refusedPublishes: 2, published: 1 });
});

test('the trust in a publisher stands in the details of its events, where there is something to say', async () => {
  const router = new Router({
    trustLevels: { publishers: ({ authrole }, topic) => (topic === 'a.b' && authrole === 'anonymous' ? 2 : undefined) },
  });
  const [publisher, subscriber] = [await join(router), await join(router)];
  await subscriber.subscribe('a', { match: 'prefix' });
  await publisher.ask(Code.PUBLISH, ack, 'a.b');
  await publisher.ask(Code.PUBLISH, ack, 'a.c');
  expect((await subscriber.next(Code.EVENT))[3]).toEqual({ topic: 'a.b', trustlevel: 2 });
  expect((await subscriber.next(Code.EVENT))[3]).toEqual({ topic: 'a.c' });
});

test.each([() => -1, () => 0.5, () => JSON.parse('nothing')])(
  'a configuration that gives no level is reported, and the event goes without',
  async (publishers) => {
    const router = new Router({ trustLevels: { publishers } });
    const errors: unknown[] = [];
    router.on('error', (error) => errors.push(error));
    const [publisher, subscriber] = [await join(router), await join(router)];
    await subscriber.subscribe('a.b');
    await publisher.ask(Code.PUBLISH, ack, 'a.b');
    expect((await subscriber.next(Code.EVENT))[3]).toEqual({});
    expect(errors).toHaveLength(1);
  },
);
