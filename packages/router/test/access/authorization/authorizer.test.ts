import { Code, ErrorUri } from '@wigwag/core/wire';
import { afterEach, describe, expect, test } from 'vitest';
import type { AccessAnswer, AccessQuestion, AuthorizerOptions } from '../../../src/index.js';
import { allowAll, authorizer, byRole, Router } from '../../../src/index.js';
import { anybody, joinAs } from '../../support/as.js';
import { TestClock } from '../../support/clock.js';
import type { Peer } from '../../support/peer.js';
import { until } from '../../support/peer.js';

let routers: Router[] = [];
afterEach(async () => {
  await Promise.all(routers.map((router) => router.close()));
  routers = [];
});

/** A router whose role `page` is judged by `decide`; what was asked, and what went wrong. */
function judged(
  decide: (question: AccessQuestion) => AccessAnswer | Promise<AccessAnswer>,
  options: AuthorizerOptions = {},
) {
  const asked: AccessQuestion[] = [];
  const errors: unknown[] = [];
  const page = authorizer((question) => {
    asked.push(question);
    return decide(question);
  }, options);
  const authorization = byRole({ page, backend: allowAll });
  const router = new Router({ authenticators: [anybody], authorization });
  router.on('error', (error) => errors.push(error));
  routers.push(router);
  return { router, asked, errors };
}

const subscribe = async (peer: Peer, topic: string, match = 'exact') => {
  const answer = await peer.ask(Code.SUBSCRIBE, { match }, topic);
  return answer[0] === Code.ERROR ? answer[4] : 'subscribed';
};

describe('a function that decides', () => {
  test('is asked who wants what', async () => {
    const { router, asked } = judged(() => true);
    const peer = await joinAs(router, 'page');
    await subscribe(peer, 'shop.', 'prefix');
    expect(asked).toEqual([
      {
        call: expect.any(Function),
        realm: 'realm1',
        session: peer.id,
        authid: 'ann',
        authrole: 'page',
        authmethod: 'anybody',
        authprovider: 'test',
        action: 'subscribe',
        uri: 'shop.',
        match: 'prefix',
      },
    ]);
  });

  test.each([
    ['at once', (answer: AccessAnswer) => answer],
    ['later', async (answer: AccessAnswer) => answer],
  ])('answers %s: yes, no, and no with a reason', async (_when, give) => {
    const answers: AccessAnswer[] = [true, false, { allow: false, message: 'ask Bob first' }, { allow: true }];
    const { router } = judged(() => give(answers.shift() ?? false));
    const peer = await joinAs(router, 'page');
    expect(await subscribe(peer, 'a.1')).toBe('subscribed');
    expect(await subscribe(peer, 'a.2')).toBe(ErrorUri.NOT_AUTHORIZED);
    expect((await peer.ask(Code.CALL, {}, 'a.3'))[5]).toEqual(['may not call a.3: ask Bob first']);
    expect(await subscribe(peer, 'a.4')).toBe('subscribed');
  });

  test('discloses, and withholds', async () => {
    const { router } = judged(async ({ uri }) => ({ allow: true, disclosure: uri === 'loud' ? 'force' : 'refuse' }));
    const [peer, backend] = [await joinAs(router, 'page'), await joinAs(router, 'backend')];
    for (const topic of ['loud', 'quiet']) await backend.subscribe(topic);
    peer.say(Code.PUBLISH, 1, {}, 'loud');
    expect((await backend.next(Code.EVENT))[3]).toMatchObject({ publisher_authid: 'ann' });
    peer.say(Code.PUBLISH, 2, {}, 'quiet');
    expect((await backend.next(Code.EVENT))[3]).toEqual({});
  });

  test.each<[string, () => AccessAnswer | Promise<AccessAnswer>]>([
    [
      'throws',
      () => {
        throw new Error('secret detail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['answers undefined', () => undefined as unknown as AccessAnswer],
    ['answers null', () => null as unknown as AccessAnswer],
    ['answers "yes"', () => 'yes' as unknown as AccessAnswer],
    ['answers 1, later', async () => 1 as unknown as AccessAnswer],
    ['answers { allow: "yes" }', () => ({ allow: 'yes' }) as unknown as AccessAnswer],
    ['names no disclosure', () => ({ allow: true, disclosure: 'maybe' }) as unknown as AccessAnswer],
  ])('one that %s refuses; the error is reported, not told, and not kept', async (_how, decide) => {
    const { router, asked, errors } = judged(decide);
    const peer = await joinAs(router, 'page');
    for (let at = 1; at <= 2; at++) {
      const answer = await peer.ask(Code.SUBSCRIBE, {}, 'a.b');
      expect(answer[4]).toBe(ErrorUri.AUTHORIZATION_FAILED);
      expect(JSON.stringify(answer)).not.toContain('secret');
      expect([asked.length, errors.length]).toEqual([at, at]);
    }
    expect(router.stats()).toMatchObject({ subscriptions: 0, sessions: 1 });
  });

  test('one that never answers is not waited for without end, and holds up nobody else', async () => {
    const clock = new TestClock();
    const { router, asked } = judged(({ uri }) => (uri === 'slow' ? new Promise(() => {}) : true), {
      clock,
      timeout: 5_000,
    });
    const [slow, quick] = [await joinAs(router, 'page'), await joinAs(router, 'page')];
    const answer = slow.ask(Code.SUBSCRIBE, {}, 'slow');
    const next = slow.ask(Code.SUBSCRIBE, {}, 'fast');
    await until(() => asked.length === 1);
    expect(await subscribe(quick, 'fast')).toBe('subscribed');
    clock.advance(5_000);
    expect((await answer)[4]).toBe(ErrorUri.AUTHORIZATION_FAILED);
    expect((await next)[0]).toBe(Code.SUBSCRIBED);
  });

  test('publications stay in order behind a slow answer', async () => {
    const { router } = judged(({ uri }) => (uri === 'slow' ? new Promise((yes) => setImmediate(yes, true)) : true), {
      cache: { size: 0 },
    });
    const [peer, backend] = [await joinAs(router, 'page'), await joinAs(router, 'backend')];
    for (const topic of ['slow', 'fast']) await backend.subscribe(topic);
    for (let at = 1; at <= 20; at++) peer.say(Code.PUBLISH, at, {}, at % 3 === 0 ? 'fast' : 'slow', [at]);
    const heard = [];
    for (let at = 1; at <= 20; at++) heard.push((await backend.next(Code.EVENT))[4]);
    expect(heard).toEqual(Array.from({ length: 20 }, (_, at) => [at + 1]));
  });
});

describe('answers that are kept', () => {
  test('for the same session, action and URI, yes or no, and no longer than their time', async () => {
    const clock = new TestClock();
    const { router, asked } = judged(async ({ uri }) => uri === 'yes', { clock, cache: { ttl: 1_000 } });
    const peer = await joinAs(router, 'page');
    for (let at = 0; at < 3; at++) {
      expect(await subscribe(peer, 'yes')).toBe('subscribed');
      expect(await subscribe(peer, 'no')).toBe(ErrorUri.NOT_AUTHORIZED);
    }
    expect(asked).toHaveLength(2);
    await peer.ask(Code.CALL, {}, 'yes');
    await subscribe(peer, 'yes', 'prefix');
    await subscribe(await joinAs(router, 'page'), 'yes');
    expect(asked).toHaveLength(5);
    clock.advance(1_000);
    await subscribe(peer, 'yes');
    expect(asked).toHaveLength(6);
  });

  test('not when the answer says so', async () => {
    const { router, asked } = judged(() => ({ allow: true, cache: false }));
    const peer = await joinAs(router, 'page');
    for (let at = 0; at < 3; at++) await subscribe(peer, 'a.b');
    expect(asked).toHaveLength(3);
  });

  test('as many as there is room for: what was asked for longest ago is asked again', async () => {
    const { router, asked } = judged(() => true, { cache: { size: 2 } });
    const peer = await joinAs(router, 'page');
    for (const topic of ['a', 'b', 'a', 'c', 'a', 'b']) await subscribe(peer, topic);
    expect(asked.map(({ uri }) => uri)).toEqual(['a', 'b', 'c', 'b']);
  });
});
