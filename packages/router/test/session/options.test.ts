import { Code, ErrorUri, isDict } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { connect, join } from '../support/memory.js';
import { allRoles } from '../support/peer.js';

/** What is right for an option, and what is wrong with it. */
interface Kind {
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}
const flag: Kind = { right: [true, false], wrong: ['yes', 1, 0, null, [], {}] };
const text: Kind = { right: ['x', ''], wrong: [true, 1, null, [], {}] };
const key: Kind = { right: ['x', 7, 1.5], wrong: [true, null, [], {}] };
const count: Kind = { right: [0, 1, 1000], wrong: ['1', true, null, -1, 1.5, [], {}] };
const positive: Kind = { right: [1, 1000], wrong: ['1', true, null, 0, -1, 1.5, [], {}] };
const ids: Kind = { right: [[], [1, 2 ** 53]], wrong: ['x', 1, null, {}, ['x'], [0], [-1], [1.5], [null], [[1]]] };
const texts: Kind = { right: [[], ['x', 'y']], wrong: ['x', 1, null, {}, [1], [null], [['x']]] };
const hop = { session: 1, authid: 'x', authrole: 'y' };
const forwardFor: Kind = {
  right: [[], [hop], [{ ...hop, authid: null }]],
  wrong: ['x', {}, null, ['x'], [{}], [{ ...hop, session: 0 }], [{ ...hop, authrole: null }], [{ ...hop, authid: 1 }]],
};
const oneOf = (...right: readonly string[]): Kind => ({ right, wrong: ['other', '', 'EXACT', true, 1, null, [], {}] });
const opaque = {
  enc_algo: { right: [], wrong: ['other', 1, true, null, [], {}] },
  enc_serializer: text,
  enc_key: text,
  ppt_scheme: { ...text, right: [] },
  ppt_serializer: text,
  ppt_cipher: text,
  ppt_keyid: text,
};

const wrongOnly = (kinds: Readonly<Record<string, Kind>>): Record<string, Kind> =>
  Object.fromEntries(Object.entries(kinds).map(([name, { wrong }]) => [name, { right: [], wrong }]));

/** Each message with options that a client sends, and what is known of them. */
const table: Readonly<
  Record<string, { readonly say: (options: unknown) => readonly unknown[]; readonly options: Record<string, Kind> }>
> = {
  PUBLISH: {
    say: (options) => [Code.PUBLISH, 1, options, 'a.b'],
    options: {
      ...opaque,
      acknowledge: flag,
      exclude_me: flag,
      disclose_me: flag,
      retain: flag,
      exclude: ids,
      exclude_authid: texts,
      exclude_authrole: texts,
      eligible: ids,
      eligible_authid: texts,
      eligible_authrole: texts,
      rkey: key,
      transaction_hash: text,
      x_acknowledged_delivery: flag,
      forward_for: forwardFor,
    },
  },
  SUBSCRIBE: {
    say: (options) => [Code.SUBSCRIBE, 1, options, 'a.b'],
    options: {
      match: oneOf('exact', 'prefix', 'wildcard'),
      get_retained: flag,
      nkey: key,
      forward_for: forwardFor,
    },
  },
  REGISTER: {
    say: (options) => [Code.REGISTER, 1, options, 'a.b'],
    options: {
      match: oneOf('exact', 'prefix', 'wildcard'),
      invoke: oneOf('single', 'roundrobin', 'random', 'first', 'last', 'load', 'all'),
      nkey: key,
      force_reregister: flag,
      concurrency: positive,
      disclose_caller: flag,
      forward_timeout: flag,
      _idempotent: flag,
      forward_for: forwardFor,
    },
  },
  CALL: {
    say: (options) => [Code.CALL, 1, options, 'nobody.serves'],
    options: {
      ...opaque,
      timeout: count,
      receive_progress: flag,
      progress: { ...flag, right: [false] },
      disclose_me: flag,
      rkey: key,
      transaction_hash: text,
      _credit: positive,
      forward_for: forwardFor,
    },
  },
  CANCEL: {
    say: (options) => [Code.CANCEL, 1, options],
    options: { mode: oneOf('skip', 'kill', 'killnowait'), reason: text, forward_for: forwardFor },
  },
  // What is right of these is shown where there is an invocation to answer, or a session to end.
  YIELD: {
    say: (options) => [Code.YIELD, 1, options],
    options: wrongOnly({ ...opaque, progress: flag, _callee: positive, _credit: positive, forward_for: forwardFor }),
  },
  ERROR: {
    say: (details) => [Code.ERROR, Code.INVOCATION, 1, details, 'a.b'],
    options: wrongOnly({ ...opaque, forward_for: forwardFor }),
  },
  GOODBYE: {
    say: (details) => [Code.GOODBYE, details, 'wamp.close.normal'],
    options: wrongOnly({ message: { right: ['', 'x', null], wrong: [1, true, [], {}] } }),
  },
};
const every = Object.entries(table).flatMap(([name, { say, options }]) =>
  Object.entries(options).map(([option, kind]) => ({ name, say, option, ...kind })),
);

test.each(every)(
  '$name with $option of a wrong kind ends its session, and no other, with ABORT that names it',
  async (row) => {
    const { name, say, option, wrong } = row;
    const router = new Router();
    const neighbour = await join(router);
    for (const value of wrong) {
      const peer = await join(router);
      peer.say(...say({ [option]: value }));
      const [, details, reason] = await peer.next(Code.ABORT);
      expect([value, reason]).toEqual([value, ErrorUri.PROTOCOL_VIOLATION]);
      const where = name === 'ERROR' || name === 'GOODBYE' ? 'Details' : 'Options';
      expect(isDict(details) && details.message).toContain(`${name}.${where}.${option} must be `);
      await peer.closed;
    }
    await neighbour.settled();
    expect(router.stats()).toMatchObject({ sessions: 1, violations: wrong.length });
  },
);

test.each(every.filter(({ right }) => right.length > 0))(
  '$name with $option of the right kind is taken',
  async (row) => {
    const { say, option, right } = row;
    const router = new Router();
    for (const value of right) {
      const peer = await join(router);
      peer.say(...say({ [option]: value }));
      await peer.settled();
      expect(peer.of(Code.ABORT)).toEqual([]);
    }
    expect(router.stats().violations).toBe(0);
  },
);

test('an option that nobody knows is no mistake', async () => {
  const peer = await join(new Router());
  expect((await peer.ask(Code.SUBSCRIBE, { _mine: [1], other: null }, 'a.b'))[0]).toBe(Code.SUBSCRIBED);
});

describe('HELLO', () => {
  test.each([
    ['authid', 7],
    ['authrole', ['staff']],
    ['authmethods', 'ticket'],
    ['authmethods', [1]],
    ['authextra', 'x'],
    ['agent', {}],
    ['roles', 'all'],
    ['roles', ['caller']],
    ['roles', { caller: true }],
    ['roles', { caller: { features: 'all' } }],
    ['roles', { caller: { features: ['call_canceling'] } }],
  ])('with %s that is %j is answered with ABORT that names it', async (name, value) => {
    const router = new Router();
    const peer = connect(router);
    peer.say(Code.HELLO, 'realm1', { ...allRoles, [name]: value });
    const [, details, reason] = await peer.next();
    expect([reason, details]).toEqual([
      ErrorUri.PROTOCOL_VIOLATION,
      { message: expect.stringContaining(`HELLO.Details.${name} must be `) },
    ]);
    await peer.closed;
    expect(router.stats()).toMatchObject({ connections: 0, sessions: 0 });
  });

  test.each([
    {},
    { roles: {} },
    { roles: [] },
    { roles: { caller: {}, callee: [], subscriber: { features: [] }, publisher: { features: null } } },
    { roles: { caller: { features: { unknown: 'yes' } }, juggler: {} } },
    { authid: null, authrole: null, authmethods: null, authextra: null },
    { authextra: [] },
  ])('with %j is welcome', async (details) => {
    const peer = connect(new Router());
    expect((await peer.join('realm1', details))[0]).toBe(Code.WELCOME);
  });
});
