import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Admit, Refusal } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { TestClock } from '../support/clock.js';
import { connect, join } from '../support/memory.js';
import { until } from '../support/peer.js';

interface Question {
  readonly uri: string;
  answer(refusal?: Refusal): void;
  fail(error: Error): void;
}

/** An admission that a test answers when it likes, for publications and calls to what begins with `slow`. */
function gate(): { readonly admit: Admit; readonly questions: Question[] } {
  const questions: Question[] = [];
  const admit: Admit = (_member, message) => {
    if (message.code !== Code.PUBLISH && message.code !== Code.CALL) return undefined;
    const uri = message.code === Code.PUBLISH ? message.topic : message.procedure;
    if (!uri.startsWith('slow')) return undefined;
    return new Promise((resolve, reject) => {
      questions.push({ uri, answer: (refusal) => resolve(refusal), fail: reject });
    });
  };
  return { admit, questions };
}

describe('an asynchronous stage', () => {
  test('holds back that session’s later messages, in order, and nobody else’s', async () => {
    const { admit, questions } = gate();
    const router = new Router({ admit });
    const [slow, quick, subscriber] = [await join(router), await join(router), await join(router)];
    for (const topic of ['slow.', 'fast.']) await subscriber.subscribe(topic, { match: 'prefix' });
    slow.say(Code.PUBLISH, 1, {}, 'slow.1', [1]);
    slow.say(Code.PUBLISH, 2, {}, 'fast.2', [2]);
    slow.say(Code.PUBLISH, 3, {}, 'slow.3', [3]);
    slow.say(Code.PUBLISH, 4, {}, 'fast.4', [4]);
    await quick.ask(Code.PUBLISH, { acknowledge: true }, 'fast.quick', ['quick']);
    expect((await subscriber.next(Code.EVENT))[4]).toEqual(['quick']);
    expect(questions.map(({ uri }) => uri)).toEqual(['slow.1']);
    questions.shift()?.answer();
    await until(() => questions.length === 1);
    questions.shift()?.answer();
    const args = [];
    for (let at = 0; at < 4; at++) args.push((await subscriber.next(Code.EVENT))[4]);
    expect(args).toEqual([[1], [2], [3], [4]]);
  });

  test('what waited behind it leaves the others their turn', async () => {
    const { admit, questions } = gate();
    const router = new Router({ admit });
    const [slow, quick] = [await join(router), await join(router)];
    const flood = 5_000;
    slow.say(Code.PUBLISH, 1, {}, 'slow.1');
    await until(() => questions.length === 1);
    for (let at = 2; at <= flood; at++) slow.say(Code.PUBLISH, at, {}, 'fast.news');
    // All of it has come in.
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    questions[0]?.answer();
    await until(() => router.stats().published > 0);
    await quick.ask(Code.PUBLISH, { acknowledge: true }, 'fast.quick');
    expect(router.stats().published).toBeLessThan(flood);
    await until(() => router.stats().published === flood + 1);
  });

  test('a refusal is the answer to the request', async () => {
    const { admit, questions } = gate();
    const peer = await join(new Router({ admit }));
    const answer = peer.ask(Code.CALL, {}, 'slow.call');
    await until(() => questions.length === 1);
    questions[0]?.answer({ uri: ErrorUri.NOT_AUTHORIZED, message: 'not you' });
    expect(await answer).toEqual([Code.ERROR, Code.CALL, 1, {}, ErrorUri.NOT_AUTHORIZED, ['not you']]);
  });

  test.each(['throws', 'rejects'])('one that %s refuses, and the error is reported', async (how) => {
    const boom = new Error('boom');
    const admit: Admit = () => {
      if (how === 'throws') throw boom;
      return Promise.reject(boom);
    };
    const router = new Router({ admit });
    const errors: unknown[] = [];
    router.on('error', (error) => errors.push(error));
    const peer = await join(router);
    expect((await peer.ask(Code.SUBSCRIBE, {}, 'a.b'))[4]).toBe(ErrorUri.AUTHORIZATION_FAILED);
    expect(errors).toEqual([boom]);
    expect(router.stats()).toMatchObject({ subscriptions: 0, sessions: 1 });
  });

  test('CANCEL overtakes: a call that waits, or is in the stage, is answered and never routed', async () => {
    const { admit, questions } = gate();
    const router = new Router({ admit });
    const [caller, callee] = [await join(router), await join(router)];
    await callee.register('fast.call');
    await callee.register('slow.call');
    caller.say(Code.CALL, 1, {}, 'slow.call');
    caller.say(Code.CALL, 2, {}, 'fast.call');
    caller.say(Code.CALL, 3, {}, 'fast.call', ['kept']);
    caller.say(Code.CANCEL, 1, {});
    caller.say(Code.CANCEL, 2, {});
    const first = await caller.next(Code.ERROR);
    const second = await caller.next(Code.ERROR);
    expect([first[2], first[4], second[2], second[4]]).toEqual([1, ErrorUri.CANCELED, 2, ErrorUri.CANCELED]);
    questions.shift()?.answer();
    expect((await callee.next(Code.INVOCATION))[4]).toEqual(['kept']);
    expect(router.stats()).toMatchObject({ calls: 1, called: 1 });
  });

  test('GOODBYE overtakes; a publication that waited is reported as refused', async () => {
    const { admit, questions } = gate();
    const router = new Router({ admit });
    const refused: string[] = [];
    router.on('publish:refused', ({ topic }) => refused.push(topic));
    const peer = await join(router);
    peer.say(Code.PUBLISH, 1, {}, 'slow.1');
    peer.say(Code.PUBLISH, 2, {}, 'fast.2');
    peer.say(Code.GOODBYE, {}, 'wamp.close.normal');
    await peer.next(Code.GOODBYE);
    questions.shift()?.answer();
    await peer.closed;
    expect(refused).toEqual(['slow.1', 'fast.2']);
    expect(router.stats()).toMatchObject({ published: 0, sessions: 0, connections: 0 });
  });

  test('the transport is paused above the inbound cap, and resumed when the queue is empty', async () => {
    const { admit, questions } = gate();
    const router = new Router({ admit, limits: { maxInbound: 1_000 } });
    const [peer, subscriber] = [await join(router), await join(router)];
    await subscriber.subscribe('fast', { match: 'prefix' });
    peer.say(Code.PUBLISH, 1, {}, 'slow.1');
    const filler = 'x'.repeat(100);
    for (let at = 2; at <= 101; at++) peer.say(Code.PUBLISH, at, {}, 'fast.a', [filler]);
    await until(() => questions.length === 1);
    await subscriber.settled();
    // What the router left unread waits on the client's side.
    expect(peer.transport.buffered).toBeGreaterThan(10_000);
    questions.shift()?.answer();
    for (let at = 2; at <= 101; at++) await subscriber.next(Code.EVENT);
    expect(peer.transport.buffered).toBe(0);
  });
});

test('a pause that takes too long ends the session, with a reason', async () => {
  const { admit } = gate();
  const clock = new TestClock();
  const router = new Router({ admit, clock, limits: { maxInbound: 1_000, maxPause: 5_000 } });
  const [peer, other] = [await join(router), await join(router)];
  peer.say(Code.PUBLISH, 1, {}, 'slow.1');
  for (let at = 2; at <= 50; at++) peer.say(Code.PUBLISH, at, {}, 'fast.a', ['x'.repeat(100)]);
  await other.settled();
  expect(peer.transport.buffered).toBeGreaterThan(0);
  clock.advance(4_999);
  expect(router.stats().sessions).toBe(2);
  clock.advance(1);
  expect((await peer.next(Code.GOODBYE))[2]).toBe(ErrorUri.UNAVAILABLE);
  await peer.closed;
  expect(router.stats()).toMatchObject({ sessions: 1, connections: 1 });
  expect(clock.pending).toBe(0);
});

describe('the handshake', () => {
  test('a message longer than the limit ends the session', async () => {
    const router = new Router({ limits: { maxMessageSize: 500 } });
    const peer = await join(router);
    expect((peer.welcome[2] as Record<string, unknown>)._max_message_size).toBe(500);
    peer.say(Code.PUBLISH, 1, {}, 'a.b', ['x'.repeat(500)]);
    expect((await peer.next(Code.ABORT))[2]).toBe(ErrorUri.PAYLOAD_SIZE_EXCEEDED);
    await peer.closed;
  });

  test('unknown realm: ABORT does not tell strangers which realms there are', async () => {
    const router = new Router({ realms: ['shop', 'zoo'] });
    const peer = connect(router);
    peer.say(Code.HELLO, 'nowhere', {});
    const abort = await peer.next();
    expect(abort[2]).toBe(ErrorUri.NO_SUCH_REALM);
    expect(abort[1]).toEqual({ message: 'there is no realm "nowhere" here' });
    await peer.closed;
    expect(router.stats()).toMatchObject({ refusedSessions: 1, connections: 0 });
  });
});
