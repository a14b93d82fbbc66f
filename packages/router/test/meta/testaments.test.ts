import { json } from '@wigwag/core/serializer/json';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import { Code, ErrorUri, isDict } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import type { Admit } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';

const add = (peer: Peer, ...rest: Message) => peer.ask(Code.CALL, {}, 'wamp.session.add_testament', ...rest);
const flush = (peer: Peer, kwargs: object = {}) => peer.ask(Code.CALL, {}, 'wamp.session.flush_testaments', [], kwargs);
/** Hears everything that is published, meta events included. */
async function observe(router: Router): ReturnType<typeof join> {
  const observer = await join(router);
  await observer.subscribe('will', { match: 'prefix' });
  await observer.subscribe('wamp.session.on_leave');
  return observer;
}
const events = (observer: Peer) =>
  observer.of(Code.EVENT).map(([, , , details, args]) => {
    if (!isDict(details) || details.topic === undefined) return 'on_leave';
    return Array.isArray(args) ? [details.topic, ...args].join(' ') : details.topic;
  });
async function die(peer: Peer, observer: Peer): Promise<void> {
  peer.transport.terminate();
  await observer.next(Code.EVENT);
  await observer.settled();
}

test('testaments are published when their session ends, detached ones first, each scope in order, and then the word that it left', async () => {
  const router = new Router();
  const [observer, mortal] = [await observe(router), await join(router)];
  expect((await add(mortal, ['will.1', ['a']]))[0]).toBe(Code.RESULT);
  await add(mortal, ['will.2', ['b'], {}], { scope: 'detached' });
  await add(mortal, ['will.3', ['c'], null], { scope: 'destroyed' });
  await add(mortal, ['will.4', ['d'], {}], { scope: 'detached' });
  await observer.settled();
  expect(events(observer)).toEqual([]);
  await die(mortal, observer);
  expect(events(observer)).toEqual(['will.2 b', 'will.4 d', 'will.1 a', 'will.3 c', 'on_leave']);
});

test.each([
  ['GOODBYE', (peer: Peer) => peer.say(Code.GOODBYE, {}, 'wamp.close.normal')],
  ['ABORT', (peer: Peer) => peer.say(Code.ABORT, {}, 'wamp.close.normal')],
  ['a violation', (peer: Peer) => peer.say(99)],
  ['a lost connection', (peer: Peer) => peer.transport.terminate()],
])('a session that ends with %s leaves its testaments', async (_, end) => {
  const router = new Router();
  const [observer, mortal] = [await observe(router), await join(router)];
  await add(mortal, ['will.x', [1], { k: 2 }]);
  end(mortal);
  const [, , , details, args, kwargs] = await observer.next(Code.EVENT);
  expect([details, args, kwargs]).toEqual([{ topic: 'will.x' }, [1], { k: 2 }]);
});

test('one that is killed leaves them too; but where all are killed there is no word of it', async () => {
  const router = new Router();
  const [observer, first, second] = [await observe(router), await join(router), await join(router)];
  await add(first, ['will.first']);
  await add(second, ['will.second']);
  await observer.ask(Code.CALL, {}, 'wamp.session.kill', [first.id]);
  await observer.settled();
  expect(events(observer)).toEqual(['will.first', 'on_leave']);
  expect((await observer.ask(Code.CALL, {}, 'wamp.session.kill_all'))[3]).toEqual([1]);
  await second.closed;
  await observer.settled();
  expect(events(observer)).toEqual(['will.first', 'on_leave']);
});

test('a flush takes back one scope, says how many there were, and leaves the other', async () => {
  const router = new Router();
  const [observer, mortal] = [await observe(router), await join(router)];
  await add(mortal, ['will.1']);
  await add(mortal, ['will.2']);
  await add(mortal, ['will.3'], { scope: 'detached' });
  expect((await flush(mortal))[3]).toEqual([2]);
  expect((await flush(mortal))[3]).toEqual([0]);
  await die(mortal, observer);
  expect(events(observer)).toEqual(['will.3', 'on_leave']);
});

test('publish options count: who may have it, who sent it, and that it is retained', async () => {
  const router = new Router();
  const [observer, other, mortal] = [await observe(router), await observe(router), await join(router)];
  const publish_options = { eligible: [observer.id], disclose_me: true, acknowledge: true };
  await add(mortal, ['will.x', ['private']], { publish_options });
  await add(mortal, ['will.kept', ['kept']], { publish_options: { retain: true } });
  await die(mortal, observer);
  await other.settled();
  expect(events(other)).toEqual(['will.kept kept', 'on_leave']);
  expect(observer.of(Code.EVENT)[0]?.[3]).toMatchObject({ topic: 'will.x', publisher: mortal.id });
  const late = await join(router, { serializer: msgpack() });
  await late.subscribe('will.kept', { get_retained: true });
  expect((await late.next(Code.EVENT)).slice(3)).toEqual([{ retained: true }, ['kept']]);
});

test.each([
  [[], {}, ErrorUri.INVALID_ARGUMENT, 'topic'],
  [[7], {}, ErrorUri.INVALID_ARGUMENT, 'topic'],
  [['a..b'], {}, ErrorUri.INVALID_URI, 'a..b'],
  [['wamp.session.on_join'], {}, ErrorUri.INVALID_URI, 'reserved'],
  [['a', 'text'], {}, ErrorUri.INVALID_ARGUMENT, 'args'],
  [['a', [], []], {}, ErrorUri.INVALID_ARGUMENT, 'kwargs'],
  [['a'], { scope: 'tomorrow' }, ErrorUri.INVALID_ARGUMENT, 'scope'],
  [['a'], { scope: 1 }, ErrorUri.INVALID_ARGUMENT, 'scope'],
  [['a'], { publish_options: [] }, ErrorUri.INVALID_ARGUMENT, 'publish_options'],
  [['a'], { publish_options: { retain: 'yes' } }, ErrorUri.INVALID_ARGUMENT, 'PUBLISH.Options.retain'],
  [['a'], { publish_options: { ppt_scheme: 'x_y' } }, ErrorUri.INVALID_ARGUMENT, 'payload_passthru_mode'],
] as const)('a testament %j %j is refused with %s', async (args, kwargs, uri, named) => {
  const mortal = await join(new Router());
  const [code, , , , error, text] = await add(mortal, args, kwargs);
  expect([code, error]).toEqual([Code.ERROR, uri]);
  expect(text).toEqual([expect.stringContaining(named)]);
  expect((await flush(mortal))[3]).toEqual([0]);
});

test('an unknown scope cannot be flushed', async () => {
  const mortal = await join(new Router());
  expect((await flush(mortal, { scope: 'all' }))[4]).toBe(ErrorUri.INVALID_ARGUMENT);
});

test('what a session may not publish it may not leave behind either', async () => {
  const admit: Admit = (_, message) =>
    message.code === Code.PUBLISH && message.topic === 'will.secret'
      ? { uri: ErrorUri.NOT_AUTHORIZED, message: 'not yours' }
      : undefined;
  const router = new Router({ admit, disclosure: { publishers: 'refuse' } });
  const [observer, mortal] = [await observe(router), await join(router)];
  expect((await add(mortal, ['will.secret']))[4]).toBe(ErrorUri.NOT_AUTHORIZED);
  const disclosed = { publish_options: { disclose_me: true } };
  expect((await add(mortal, ['will.me'], disclosed))[4]).toBe(ErrorUri.DISCLOSE_ME_DISALLOWED);
  await add(mortal, ['will.open']);
  await die(mortal, observer);
  expect(events(observer)).toEqual(['will.open', 'on_leave']);
});

test('while it is still being decided whether it may, order is kept, a flush counts it, and an end leaves it out', async () => {
  const decide: (() => void)[] = [];
  const admit: Admit = (_, message) =>
    message.code === Code.PUBLISH && message.topic.startsWith('will.slow')
      ? new Promise((resolve) => decide.push(() => resolve(undefined)))
      : undefined;
  const router = new Router({ admit });
  const [observer, mortal] = [await observe(router), await join(router)];
  const first = add(mortal, ['will.slow.1']);
  await add(mortal, ['will.fast']);
  const flushed = add(mortal, ['will.slow.flushed'], { scope: 'detached' });
  expect((await flush(mortal, { scope: 'detached' }))[3]).toEqual([1]);
  const late = add(mortal, ['will.slow.late']).catch(() => 'the connection is gone');
  await mortal.settled();
  const [decideFirst, decideFlushed, decideLate] = decide;
  decideFirst?.();
  decideFlushed?.();
  expect([(await first)[0], (await flushed)[0]]).toEqual([Code.RESULT, Code.RESULT]);
  mortal.transport.terminate();
  await observer.next(Code.EVENT);
  decideLate?.();
  expect(await late).toBe('the connection is gone');
  await observer.settled();
  expect(events(observer)).toEqual(['will.slow.1', 'will.fast', 'on_leave']);
});

test('one session can leave so many, and so much, and no more', async () => {
  const router = new Router({ limits: { maxTestaments: 2, maxTestamentBytes: 10_000 } });
  const mortal = await join(router, { serializer: json() });
  await add(mortal, ['will.1']);
  const [, , , , large, why] = await add(mortal, ['will.2', ['x'.repeat(10_000)]]);
  expect([large, why]).toEqual([ErrorUri.LIMIT_EXCEEDED, [expect.stringContaining('maxTestamentBytes')]]);
  await add(mortal, ['will.2'], { scope: 'detached' });
  const [, , , , third, reason] = await add(mortal, ['will.3']);
  expect([third, reason]).toEqual([ErrorUri.LIMIT_EXCEEDED, [expect.stringContaining('maxTestaments')]]);
  await flush(mortal, { scope: 'detached' });
  expect((await add(mortal, ['will.3']))[0]).toBe(Code.RESULT);
});
