import { wampcraSignature } from '@wigwag/core/auth';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Users } from '../../src/index.js';
import { Router, staticUsers, wampcra } from '../../src/index.js';
import { drawnFor } from '../support/drawn.js';
import { connect } from '../support/memory.js';
import type { Message } from '../support/peer.js';

const users = staticUsers({
  ann: { authrole: 'staff', wampcra: { secret: 'right' } },
  bob: { authrole: 'staff', wampcra: { secret: 'derived', salt: 'salt123', iterations: 5000, keylen: 16 } },
  tom: { authrole: 'staff', ticket: 'a ticket only' },
});

interface Asked {
  readonly challenge: string;
  readonly [key: string]: unknown;
}

async function ask(router: Router, authid: string) {
  const peer = connect(router);
  peer.say(Code.HELLO, 'realm1', { authmethods: ['wampcra'], authid });
  const extra = (await peer.next(Code.CHALLENGE))[2] as Asked;
  const answer = async (signature: string): Promise<Message> => {
    peer.say(Code.AUTHENTICATE, signature, {});
    return peer.next();
  };
  return { peer, extra, facts: JSON.parse(extra.challenge) as Record<string, unknown>, answer };
}

const open = (from: Users = users) => new Router({ authenticators: [wampcra({ users: from })] });

describe('the challenge', () => {
  test('says whom the session will act as, when, and in which session; no two are alike', async () => {
    const router = open();
    const { facts, extra, answer } = await ask(router, 'ann');
    expect(facts).toMatchObject({ authid: 'ann', authrole: 'staff', authmethod: 'wampcra', authprovider: 'static' });
    expect(Date.parse(String(facts.timestamp))).toBeGreaterThan(Date.now() - 60_000);
    expect((await ask(router, 'ann')).facts.nonce).not.toBe(facts.nonce);
    const welcome = await answer(wampcraSignature('right', extra.challenge));
    expect(welcome.slice(0, 2)).toEqual([Code.WELCOME, facts.session]);
    expect(welcome[2]).toMatchObject({
      authid: 'ann',
      authrole: 'staff',
      authmethod: 'wampcra',
      authprovider: 'static',
    });
  });

  test('tells the salt where there is one', async () => {
    expect((await ask(open(), 'bob')).extra).toMatchObject({ salt: 'salt123', iterations: 5000, keylen: 16 });
    expect((await ask(open(), 'ann')).extra).not.toHaveProperty('salt');
  });
});

describe('a replay is refused', () => {
  test('of an answer, in another session', async () => {
    const router = open();
    const first = await ask(router, 'ann');
    const signature = wampcraSignature('right', first.extra.challenge);
    expect((await first.answer(signature))[0]).toBe(Code.WELCOME);
    expect(await (await ask(router, 'ann')).answer(signature)).toMatchObject([
      Code.ABORT,
      {},
      ErrorUri.AUTHENTICATION_DENIED,
    ]);
  });

  test('of an answer, in the same session', async () => {
    const router = open();
    const { peer, extra, answer } = await ask(router, 'ann');
    const signature = wampcraSignature('right', extra.challenge);
    await answer(signature);
    expect(await answer(signature)).toMatchObject([Code.ABORT, {}, ErrorUri.PROTOCOL_VIOLATION]);
    await peer.closed;
  });

  test('and a challenge has one answer: after a wrong one the right one comes too late', async () => {
    const { peer, extra, answer } = await ask(open(), 'ann');
    await answer('wrong');
    peer.say(Code.AUTHENTICATE, wampcraSignature('right', extra.challenge), {});
    await peer.closed;
    expect(peer.of(Code.WELCOME)).toEqual([]);
  });
});

describe('nobody learns who exists', () => {
  test('an unknown user and one without this method get the answer to a wrong secret', async () => {
    const router = open();
    const refusals = [];
    for (const authid of ['ann', 'bob', 'tom', 'nobody']) {
      const { answer } = await ask(router, authid);
      refusals.push(await answer(wampcraSignature('wrong', 'x')));
    }
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
  });

  test('strangers look like users, each the same every time', async () => {
    const router = open();
    const looks = async (authid: string) => {
      const { extra, facts } = await ask(router, authid);
      const { challenge: _, ...salting } = extra;
      return { role: facts.authrole, keys: Object.keys(facts), salting };
    };
    const seen = new Set<number>();
    for (let i = 0; i < 40; i++) {
      const [first, second] = [await looks(`nobody${i}`), await looks(`nobody${i}`)];
      expect(second).toEqual(first);
      expect(first).toMatchObject({ role: 'staff', keys: (await looks('ann')).keys });
      seen.add(Object.keys(first.salting).length);
      if ('salt' in first.salting) {
        expect(first.salting).toMatchObject({ iterations: 5000, keylen: 16 });
        expect(String(first.salting.salt)).toHaveLength('salt123'.length);
      }
    }
    expect(seen).toEqual(new Set([0, 3]));
  });

  test.each([
    ['base64', 'c2FsdHNhbHRzYWx0c2E=', /^[A-Za-z0-9+/]{18,19}={1,2}$|^[A-Za-z0-9+/]{19}=$/],
    ['hex', '00ff7e1b00ff7e1b', /^[0-9a-f]{16}$/],
    ['hex in capitals', '00FF7E1B00FF7E1B', /^[0-9A-F]{16}$/],
    ['a UUID', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/],
    ['text', 'salt_of_bob', /^[\w-]{11}$/],
  ])('where salts are %s, those of strangers are', async (_name, salt, kind) => {
    const table = { bob: { authrole: 'staff', wampcra: { secret: 'derived', salt } } };
    const router = open(staticUsers(table));
    const salts = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => String((await ask(router, `nobody${at}`)).extra.salt)),
    );
    expect(salts.filter((each) => !kind.test(each) || each.length !== salt.length)).toEqual([]);
    expect(new Set(salts).size).toBe(20);
  });

  test('with a secret of its own a router asks the same after it restarts', async () => {
    const look = async (strangerSecret?: string) => {
      const router = new Router({ authenticators: [wampcra({ users, ...(strangerSecret && { strangerSecret }) })] });
      const asked = Array.from({ length: 10 }, async (_, at) => (await ask(router, `nobody${at}`)).extra.salt);
      return Promise.all(asked);
    };
    expect(await look('a long secret')).toEqual(await look('a long secret'));
    expect(await look()).not.toEqual(await look());
  });

  test('as much is drawn for the challenge of a user as for that of a stranger', async () => {
    const router = new Router({ authenticators: [wampcra({ users })] });
    expect(await drawnFor(['ann', 'tom', 'nobody'], (authid) => ask(router, authid))).toEqual([2, 2, 2]);
  });

  test('as much is computed for a stranger as for a user, right or wrong', async () => {
    let computed = 0;
    const sign = (secret: string, challenge: string) => {
      computed++;
      return wampcraSignature(secret, challenge);
    };
    const router = new Router({ authenticators: [wampcra({ users, sign })] });
    const work = async (authid: string, secret: string) => {
      const { extra, answer } = await ask(router, authid);
      const before = computed;
      await answer(wampcraSignature(secret, extra.challenge));
      return computed - before;
    };
    const works = [await work('ann', 'right'), await work('ann', 'wrong'), await work('nobody', 'wrong')];
    expect(works).toEqual([1, 1, 1]);
  });
});

test('HELLO without an authid is told what is missing', async () => {
  const peer = connect(open());
  peer.say(Code.HELLO, 'realm1', { authmethods: ['wampcra'] });
  expect(await peer.next()).toMatchObject([Code.ABORT, {}, ErrorUri.AUTHENTICATION_REQUIRED]);
});

test('the id that a challenge named is free again when nobody joined', async () => {
  const router = open();
  const { peer, answer } = await ask(router, 'ann');
  await answer('wrong');
  await peer.closed;
  expect(router.stats()).toMatchObject({ sessions: 0, connections: 0, refusedSessions: 1 });
});
