import type { Client, Invocation, ReceivedEvent } from '@wigwag/core';
import { Result, WampError } from '@wigwag/core';
import { expect, test } from 'vitest';
import { Log } from '../support/until.js';
import { matrix, sessionOf } from './support/matrix.js';

/** Anything: what code without types, or data from elsewhere, puts where something else is wanted. */
// biome-ignore lint/suspicious/noExplicitAny: the point is to pass what the types forbid
const any = (value: unknown): any => value;
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

type Mistake = readonly [what: string, make: (client: Client) => Promise<unknown>, code: string, named: string];
const handler = () => {};
const mistakes: readonly Mistake[] = [
  ['publish', (c) => c.publish('a.b', any('text')), 'INVALID_ARGUMENT', 'args must be an array, and are "text"'],
  ['publish', (c) => c.publish('a.b', any({ 0: 1 })), 'INVALID_ARGUMENT', 'args must be an array'],
  ['publish', (c) => c.publish('a.b', [], any(null)), 'INVALID_ARGUMENT', 'options must be an object, and are null'],
  ['publish', (c) => c.publish('a.b', [], any([1])), 'INVALID_ARGUMENT', 'options must be an object, and are a list'],
  ['publish', (c) => c.publish('a.b', [], { kwargs: any([1]) }), 'INVALID_ARGUMENT', 'the option kwargs'],
  [
    'publish',
    (c) => c.publish('a.b', [], { acknowledge: any('yes') }),
    'INVALID_ARGUMENT',
    'acknowledge must be a boolean, and is "yes"',
  ],
  ['publish', (c) => c.publish('a.b', [], { exclude: any(5) }), 'INVALID_ARGUMENT', 'exclude must be a list of ids'],
  ['publish', (c) => c.publish('a.b', [], { eligible: [1.5] }), 'INVALID_ARGUMENT', 'eligible'],
  ['publish', (c) => c.publish('a.b', [], { eligible_authid: any('joe') }), 'INVALID_ARGUMENT', 'eligible_authid'],
  ['publish', (c) => c.publish('a.b', [], { rkey: any({}) }), 'INVALID_ARGUMENT', 'rkey'],
  ['publish', (c) => c.publish('a.b', [], { x: Symbol('x') }), 'UNENCODABLE', 'x'],
  ['publish', (c) => c.publish('a.b', [], { x: cyclic }), 'UNENCODABLE', ''],
  ['publish', (c) => c.publish('a.b', [cyclic]), 'UNENCODABLE', ''],
  ['publish', (c) => c.publish('a.b', [() => {}]), 'UNENCODABLE', ''],
  ['publish', (c) => c.publish('a.b', [], { kwargs: { x: Symbol('x') } }), 'UNENCODABLE', ''],
  ['publish', (c) => c.publish('a.b', [], { kwargs: any(new Map()) }), 'INVALID_ARGUMENT', 'kwargs must be an object'],
  ['publish', (c) => c.publish(any(5)), 'INVALID_URI', '5 is no topic'],
  ['publish', (c) => c.publish('a.b', [], { signal: any({}) }), 'INVALID_ARGUMENT', 'signal must be an AbortSignal'],
  [
    'publish',
    (c) => c.publish('a.b', [], { offline: any('maybe') }),
    'INVALID_ARGUMENT',
    'offline must be one of fail, wait',
  ],
  ['call', (c) => c.call('a.b', any(7)), 'INVALID_ARGUMENT', 'args must be an array, and are the number 7'],
  ['call', (c) => c.call('a.b', [], { kwargs: any('x') }), 'INVALID_ARGUMENT', 'kwargs'],
  [
    'call',
    (c) => c.call('a.b', [], { timeout: any('5s') }),
    'INVALID_ARGUMENT',
    'timeout must be a number of milliseconds',
  ],
  ['call', (c) => c.call('a.b', [], { timeout: -1 }), 'INVALID_ARGUMENT', 'timeout'],
  ['call', (c) => c.call('a.b', [], { timeout: Number.NaN }), 'INVALID_ARGUMENT', 'timeout'],
  ['call', (c) => c.call('a.b', [], { cancel: any('soft') }), 'INVALID_ARGUMENT', 'cancel must be one of skip, kill'],
  ['call', (c) => c.call('a.b', [], { disclose_me: any(1) }), 'INVALID_ARGUMENT', 'disclose_me must be a boolean'],
  ['call', (c) => c.call('a.b', [], { progress: true }), 'INVALID_ARGUMENT', 'stream()'],
  ['call', (c) => c.call('a.b', [], any(3)), 'INVALID_ARGUMENT', 'options must be an object'],
  ['stream', (c) => c.stream('a.b', any({})).result, 'INVALID_ARGUMENT', 'args must be an array, and are a dictionary'],
  ['stream', (c) => c.stream('a.b', [], any(null)).result, 'INVALID_ARGUMENT', 'options must be an object'],
  [
    'stream',
    (c) => c.stream('a.b', [], { input: any(9) }).result,
    'INVALID_ARGUMENT',
    'input must be something to iterate',
  ],
  ['subscribe', (c) => c.subscribe('a.b', any(undefined)), 'INVALID_ARGUMENT', 'the handler must be a function'],
  [
    'subscribe',
    (c) => c.subscribe('a.b', handler, { match: any('regex') }),
    'INVALID_ARGUMENT',
    'match must be one of',
  ],
  ['subscribe', (c) => c.subscribe('a.b', handler, { nkey: any(true) }), 'INVALID_ARGUMENT', 'nkey'],
  ['subscribe', (c) => c.subscribe('a.b', handler, { get_retained: any(1) }), 'INVALID_ARGUMENT', 'get_retained'],
  [
    'subscribe',
    (c) => c.subscribe('a.b', handler, { onMissed: any('log') }),
    'INVALID_ARGUMENT',
    'onMissed must be a function, and is "log"',
  ],
  ['subscribe', (c) => c.subscribe('a.b', handler, { recover: any(1) }), 'INVALID_ARGUMENT', 'recover must be a bool'],
  ['register', (c) => c.register('a.b', any('handler')), 'INVALID_ARGUMENT', 'the handler must be a function'],
  ['register', (c) => c.register('a.b', handler, { invoke: any('some') }), 'INVALID_ARGUMENT', 'invoke must be one of'],
  ['register', (c) => c.register('a.b', handler, { concurrency: 0 }), 'INVALID_ARGUMENT', 'concurrency'],
];

matrix('a mistaken request is refused on the spot, by name, and the session goes on', async ({ connect }) => {
  const client = await connect();
  const id = sessionOf(client);
  for (const [what, make, code, named] of mistakes) {
    const refused = await make(client).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused, `${what}: ${named}`).toMatchObject({ code, message: expect.stringContaining(named) });
  }
  expect(await client.call('wamp.session.count')).toBe(1);
  expect(sessionOf(client)).toBe(id);
});

test.each([
  ['a text', 'sold out', {}, 'args must be an array, and are "sold out"'],
  ['nothing', null, {}, 'args must be an array, and are null'],
  ['a list for keywords', [], ['sold out'], 'kwargs must be an object, and is a list'],
])('an error that crosses the wire is not made of %s', (_, args, kwargs, message) => {
  expect(() => new WampError('shop.error.sold_out', any(args), any(kwargs))).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
  );
});

const unprintable = Object.create(null);
class Unreadable extends Error {
  override get message(): string {
    throw new Error('no message for you');
  }
}

type Answer = readonly [what: string, handler: (args: readonly unknown[], call: Invocation) => unknown, uri: string];
const runtime = 'wigwag.error.runtime_error';
const invalid = 'wamp.error.invalid_argument';
const answers: readonly Answer[] = [
  ['a Result of a text', () => new Result(any('text')), runtime],
  ['a Result of lists only', () => new Result([], any([1])), runtime],
  ['a Result of nothing', () => new Result(any(null), any(null)), runtime],
  ['options that are none', () => new Result([1], {}, { ppt_scheme: any(5) }), runtime],
  ['a symbol', () => Symbol('x'), invalid],
  ['a function', () => () => {}, invalid],
  ['itself', () => cyclic, invalid],
  ['options that cannot be sent', () => new Result([1], {}, { x: Symbol('x') }), invalid],
  ['an error without a URI', () => Promise.reject(new WampError('')), runtime],
  ['an error with half a URI', () => Promise.reject(new WampError('a..b', ['x'])), runtime],
  ['an error with bad arguments', () => Promise.reject(Object.assign(new WampError('a.b'), { args: 5 })), runtime],
  ['an error that cannot be sent', () => Promise.reject(new WampError('a.b', [Symbol('x')])), invalid],
  ['nothing that prints', () => Promise.reject(unprintable), runtime],
  ['an error that cannot be read', () => Promise.reject(new Unreadable()), runtime],
  ['undefined', () => Promise.reject(undefined), runtime],
  ['a part that cannot be sent', (_, { progress }) => progress(Symbol('part')), runtime],
];

matrix('a handler that answers nonsense fails its own call, and no other', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect({ onError: () => {} })];
  const id = sessionOf(callee);
  await callee.register('fine', () => 'fine');
  for (const [at, [what, answer, uri]] of answers.entries()) {
    await callee.register(`bad.a${at}`, answer);
    await expect(caller.stream(`bad.a${at}`).result, what).rejects.toMatchObject({ uri });
  }
  expect(await caller.call('fine')).toBe('fine');
  expect(sessionOf(callee)).toBe(id);
});

matrix('a handler of events that throws nonsense hurts no other, nor does an error hook', async ({ connect }) => {
  const log = new Log<ReceivedEvent>();
  const hook = (error: unknown) => {
    throw error;
  };
  const [publisher, subscriber] = [await connect(), await connect({ onError: hook })];
  const { error: print } = console;
  const printed = new Log<unknown>();
  console.error = printed.push;
  try {
    await subscriber.subscribe('news', () => {
      throw unprintable;
    });
    await subscriber.subscribe('news', () => Promise.reject(new Unreadable()));
    await subscriber.subscribe('news', () => Promise.reject('no error'));
    await subscriber.subscribe('news', log.push);
    await publisher.publish('news', [], { acknowledge: true });
    await log.first(1);
    // Each error, and what the hook made of it.
    await printed.first(6);
  } finally {
    console.error = print;
  }
  expect(subscriber.state.type).toBe('joined');
});

matrix('a result that came with progress can be passed on as the answer', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('pass', () => new Result([1], {}, { progress: true }));
  expect(await caller.call('pass')).toBe(1);
});

matrix('parts that nobody awaits keep their order, and the answer comes behind them', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('parts', (_, { progress }) => {
    for (let n = 0; n < 100; n++) void progress(n);
    return 'done';
  });
  const stream = caller.stream('parts');
  const parts: unknown[] = [];
  for await (const { args } of stream) parts.push(args[0]);
  expect(parts).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect((await stream.result).args).toEqual(['done']);
});

matrix('a timeout need not be whole', async ({ connect }) => {
  const [caller, callee] = [await connect(), await connect()];
  await callee.register('quick', (_, { details }) => details.timeout ?? 'none');
  for (const timeout of [2_000.5, 2 ** 60, Number.POSITIVE_INFINITY, 0]) {
    expect(await caller.call('quick', [], { timeout })).toBe('none');
  }
  await callee.register('never', () => new Promise(() => {}));
  await expect(caller.call('never', [], { timeout: 0.4 })).rejects.toMatchObject({ uri: 'wamp.error.timeout' });
});
