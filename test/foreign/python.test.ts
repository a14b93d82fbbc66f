import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { wampcraKey } from '@wigwag/core/auth';
import type { ReceivedEvent } from '@wigwag/node';
import { publishConfirmed, Result, WampError } from '@wigwag/node';
import { allowAll, anonymous, cryptosign, staticUsers, ticket, wampcra } from '@wigwag/router';
import { beforeAll, describe, expect, test } from 'vitest';
import { findPython } from '../../scripts/python.mjs';
import { Inbox } from './support/inbox.js';
import type { PythonInvocation } from './support/python.js';
import { PythonError, setPython } from './support/python.js';
import { setStage } from './support/stage.js';

const privkey = '20'.repeat(32);
/** Of the private key above. */
const publicKey = spawnSync(findPython() ?? 'python3', [
  '-c',
  `from autobahn.wamp.cryptosign import CryptosignKey; print(CryptosignKey.from_bytes(bytes.fromhex('${privkey}')).public_key())`,
]).stdout.toString();
const salting = { salt: 'salt', iterations: 100, keylen: 32 };
const users = staticUsers({
  ann: { authrole: 'staff', ticket: 'abc' },
  bob: { authrole: 'staff', wampcra: { secret: 'def' } },
  cid: { authrole: 'staff', wampcra: { secret: await wampcraKey('ghi', salting), ...salting } },
  dan: { authrole: 'staff', cryptosign: [publicKey.trim()] },
});

const stage = setStage({
  authorization: allowAll,
  authenticators: [anonymous(), ticket({ users }), wampcra({ users }), cryptosign({ users })],
});
const join = setPython(stage);
let rawUrl: string;
beforeAll(async () => {
  const { url } = await stage.router.listen({ protocol: 'rawsocket', port: 0 });
  rawUrl = url;
});

const ways = (['websocket', 'rawsocket'] as const).flatMap((carrier) =>
  (['json', 'msgpack', 'cbor'] as const).map((serializer) => ({ carrier, serializer })),
);
describe.each(ways)('Autobahn|Python over $carrier in $serializer', ({ carrier, serializer }) => {
  const python = () => join({ serializer, ...(carrier === 'rawsocket' && { url: rawUrl }) });

  test('joins anonymously', async () => {
    const { details } = await python();
    expect(details).toMatchObject({ realm: 'realm1', authrole: 'anonymous', authmethod: 'anonymous' });
  });

  test('publishes to our subscriber, and is told the id that the event carries', async () => {
    const [publisher, subscriber] = [await python(), await stage.ours()];
    const events = new Inbox<ReceivedEvent>();
    await subscriber.subscribe('com.app.news', events.push);
    const bytes = new Uint8Array([0, 1, 255]);
    const kwargs = { done: true, by: null };
    const publication = await publisher.publish('com.app.news', ['№ 42', 2 ** 40, 1.5, bytes], kwargs, {
      acknowledge: true,
    });
    const event = await events.next();
    expect(event.publication).toBe(publication);
    expect(event.args).toEqual(['№ 42', 2 ** 40, 1.5, bytes]);
    expect(event.kwargs).toEqual(kwargs);
  });

  test('receives what our client publishes, in order, and nothing more once it has unsubscribed', async () => {
    const [publisher, subscriber] = [await stage.ours(), await python()];
    const { events, unsubscribe } = await subscriber.subscribe('com.app.news');
    for (let n = 0; n < 200; n++) await publisher.publish('com.app.news', [n], { kwargs: { text: `№ ${n}` } });
    const received = await events.take(200);
    expect(received.map(({ args }) => args)).toEqual(Array.from({ length: 200 }, (_, n) => [n]));
    expect(received[7]?.kwargs).toEqual({ text: '№ 7' });
    await unsubscribe();
    await publisher.publish('com.app.news', ['late'], { acknowledge: true });
    expect(events.size).toBe(0);
  });

  test('confirms what it has handled, where we ask for that', async () => {
    const [publisher, subscriber] = [await stage.ours(), await python()];
    const { events } = await subscriber.subscribe('com.app.news');
    const outcome = await publishConfirmed(publisher, 'com.app.news', ['hello']);
    expect(outcome).toMatchObject({ recipients: 1, confirmed: 1, left: 0, complete: true });
    expect((await events.next()).args).toEqual(['hello']);
  });

  test('calls our procedure, and is told of our error with its URI and arguments', async () => {
    const [caller, callee] = [await python(), await stage.ours()];
    await callee.register('com.app.divide', ([a, b], { kwargs }) => {
      if (b === 0) throw new WampError('com.app.error.zero', ['by zero', a], { limit: 10 });
      return new Result([Number(a) / Number(b)], { unit: kwargs.unit });
    });
    const divided = await caller.call('com.app.divide', [7, 2], { unit: 'm' }).result;
    expect(divided).toEqual({ args: [3.5], kwargs: { unit: 'm' } });
    await expect(caller.call('com.app.divide', [7, 0]).result).rejects.toEqual(
      new PythonError('com.app.error.zero', ['by zero', 7], { limit: 10 }),
    );
    await expect(caller.call('com.app.nobody').result).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
  });

  test('serves our caller, whose error names its URI and arguments, until it has unregistered', async () => {
    const [caller, callee] = [await stage.ours(), await python()];
    const answer = ({ args, kwargs, answer: say, fail }: PythonInvocation) =>
      args[0] === 'fail' ? fail('com.app.error.much', ['too much'], { limit: 10 }) : say([...args, 'more'], kwargs);
    const { unregister } = await callee.register('com.app.echo', answer);
    expect(await caller.call('com.app.echo', [{ deep: [1, [2]] }], { kwargs: { three: 3 } })).toMatchObject({
      args: [{ deep: [1, [2]] }, 'more'],
      kwargs: { three: 3 },
    });
    await expect(caller.call('com.app.echo', ['fail'])).rejects.toMatchObject({
      uri: 'com.app.error.much',
      args: ['too much'],
      kwargs: { limit: 10 },
    });
    await unregister();
    await expect(caller.call('com.app.echo')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
  });

  test('gets our progressive results', async () => {
    const [caller, callee] = [await python(), await stage.ours()];
    await callee.register('com.app.count', async (_, { progress }) => {
      for (let n = 1; n <= 3; n++) await progress?.(n);
      return 'done';
    });
    const call = caller.call('com.app.count', [], {}, { progress: true });
    expect((await call.progress.take(3)).map(({ args }) => args)).toEqual([[1], [2], [3]]);
    expect(await call.result).toEqual({ args: ['done'], kwargs: {} });
  });

  test('sends us progressive results', async () => {
    const [caller, callee] = [await stage.ours(), await python()];
    await callee.register('com.app.count', async ({ progress, answer }) => {
      for (let n = 1; n <= 3; n++) await progress(n);
      await answer(['done']);
    });
    const stream = caller.stream('com.app.count');
    const parts: unknown[] = [];
    for await (const { args } of stream) parts.push(...args);
    expect(parts).toEqual([1, 2, 3]);
    expect((await stream.result).args).toEqual(['done']);
  });

  test('is interrupted when our caller gives up', async () => {
    const [caller, callee] = [await stage.ours(), await python()];
    const invocations = new Inbox<PythonInvocation>();
    await callee.register('com.app.slow', invocations.push);
    const giveUp = new AbortController();
    const call = caller.call('com.app.slow', [], { signal: giveUp.signal });
    const { interrupted } = await invocations.next();
    giveUp.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await interrupted;
  });

  test('cancels a call, and our procedure is aborted', async () => {
    const [caller, callee] = [await python(), await stage.ours()];
    const started = new Inbox<AbortSignal>();
    await callee.register('com.app.slow', (_, { signal }) => {
      started.push(signal);
      return once(signal, 'abort');
    });
    const call = caller.call('com.app.slow');
    const signal = await started.next();
    await call.cancel();
    await expect(call.result).rejects.toMatchObject({ uri: 'CancelledError' });
    if (!signal.aborted) await once(signal, 'abort');
    // The session has survived the answer to its CANCEL.
    await callee.register('com.app.quick', () => 'quick');
    expect(await caller.call('com.app.quick').result).toEqual({ args: ['quick'], kwargs: {} });
  });

  test.each([
    ['prefix', 'com.app.', ['com.app.a', 'com.app.b.c']],
    ['wildcard', 'com..news', ['com.app.news', 'com.other.news']],
  ])('matches topics and procedures by %s', async (match, pattern, uris) => {
    const [one, other] = [await python(), await stage.ours()];
    const { events } = await one.subscribe(pattern, { match });
    for (const uri of uris) await other.publish(uri);
    expect((await events.take(2)).map(({ details }) => details.topic)).toEqual(uris);
    await one.register(pattern, ({ details, answer }) => answer([details.procedure]), { match });
    for (const uri of uris) expect(await other.call(uri)).toBe(uri);
  });

  test('shares a procedure, in turn', async () => {
    const [caller, one, two] = [await stage.ours(), await python(), await python()];
    await one.register('com.app.job', ({ answer }) => answer(['one']), { invoke: 'roundrobin' });
    await two.register('com.app.job', ({ answer }) => answer(['two']), { invoke: 'roundrobin' });
    const answers: unknown[] = [];
    for (let n = 0; n < 4; n++) answers.push(await caller.call('com.app.job'));
    expect(answers).toEqual(['one', 'two', 'one', 'two']);
  });

  test('chooses who gets an event, and gets what was retained', async () => {
    const [publisher, chosen, other] = [await python(), await python(), await python()];
    const [first, second] = [await chosen.subscribe('com.app.news'), await other.subscribe('com.app.news')];
    const own = await publisher.subscribe('com.app.news');
    const options = { acknowledge: true, eligible: [chosen.id] };
    await publisher.publish('com.app.news', ['for one'], {}, options);
    await publisher.publish('com.app.news', ['for all'], {}, { exclude_me: false, retain: true });
    expect(await first.events.next()).toMatchObject({ args: ['for one'] });
    expect(await second.events.next()).toMatchObject({ args: ['for all'] });
    expect(await own.events.next()).toMatchObject({ args: ['for all'] });
    const { events } = await (await python()).subscribe('com.app.news', { get_retained: true });
    expect(await events.next()).toMatchObject({ args: ['for all'], details: { retained: true } });
  });

  test('is given one call at a time where it asks for that', async () => {
    const [caller, worker] = [await stage.ours(), await python()];
    const invocations = new Inbox<PythonInvocation>();
    await worker.register('com.app.job', invocations.push, { concurrency: 1 });
    const jobs = [caller.call('com.app.job', ['first']), caller.call('com.app.job', ['second'])];
    const first = await invocations.next();
    expect([first.args, invocations.size, stage.router.stats().queuedCalls]).toEqual([['first'], 0, 1]);
    await first.answer(['done first']);
    expect(await jobs[0]).toBe('done first');
    await (await invocations.next()).answer(['done second']);
    expect(await jobs[1]).toBe('done second');
  });

  test('survives that a procedure is taken from it', async () => {
    const [admin, callee] = [await stage.ours(), await python()];
    const registration = await callee.register('com.app.once', ({ answer }) => answer(['once']));
    await admin.call('wamp.registration.remove_callee', [registration.id, callee.id]);
    await expect(admin.call('com.app.once')).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    await callee.register('com.app.once', ({ answer }) => answer(['again']));
    expect(await admin.call('com.app.once')).toBe('again');
  });

  test('leaves a testament', async () => {
    const [mortal, heir] = [await python(), await python()];
    const { events } = await heir.subscribe('com.app.will');
    await mortal.call('wamp.session.add_testament', ['com.app.will', ['all'], { to: 'you' }]).result;
    await mortal.close();
    expect(await events.next()).toMatchObject({ args: ['all'], kwargs: { to: 'you' } });
  });

  test.each([
    [{ method: 'ticket', authid: 'ann', ticket: 'abc' }, { ticket: 'wrong' }],
    [{ method: 'wampcra', authid: 'bob', secret: 'def' }, { secret: 'wrong' }],
    [{ method: 'wampcra', authid: 'cid', secret: 'ghi' }, { secret: 'wrong' }],
    [{ method: 'cryptosign', authid: 'dan', privkey }, { privkey: '21'.repeat(32) }],
  ])('logs in with %j, and not with a wrong secret', async (auth, wrong) => {
    const login = (with_: object) => join({ serializer, auth: with_, ...(carrier === 'rawsocket' && { url: rawUrl }) });
    const { details } = await login(auth);
    expect(details).toMatchObject({ authid: auth.authid, authrole: 'staff', authmethod: auth.method });
    await expect(login({ ...auth, ...wrong })).rejects.toMatchObject({ uri: 'wamp.error.authentication_denied' });
  });
});

// What it offers first unless it is told otherwise.
test.each(['json.batched', 'msgpack.batched', 'cbor.batched'])(
  'Autobahn|Python in batches of %s',
  async (serializer) => {
    const [one, other, ours] = [await join({ serializer }), await join({ serializer }), await stage.ours()];
    const { events } = await one.subscribe('com.app.news');
    const received = new Inbox<ReceivedEvent>();
    await ours.subscribe('com.app.news', received.push);
    const texts = Array.from({ length: 20 }, (_, n) => `event ${n} \u0018 \u001e`);
    await Promise.all(texts.map((text) => other.publish('com.app.news', [text], {}, { acknowledge: true })));
    expect((await events.take(20)).map(({ args }) => args[0])).toEqual(texts);
    expect((await received.take(20)).map(({ args }) => args[0])).toEqual(texts);
    await other.register('com.app.echo', ({ args, answer }) => answer(args));
    expect(await one.call('com.app.echo', ['back']).result).toMatchObject({ args: ['back'] });
    expect(await ours.call('com.app.echo', ['ours'])).toBe('ours');
  },
);
