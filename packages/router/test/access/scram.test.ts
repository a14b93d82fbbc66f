import type { ScramExchange } from '@wigwag/core/auth';
import { scramCredential, scramMessage, scramProof, scramSaltedPassword } from '@wigwag/core/auth';
import { Code, ErrorUri, fromBase64, toBase64 } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { noFacts } from '../../src/access/facts.js';
import { Router, scram, staticUsers } from '../../src/index.js';
import { drawnFor } from '../support/drawn.js';
import { connect } from '../support/memory.js';
import type { Message } from '../support/peer.js';

const cheap = { kdf: 'pbkdf2', iterations: 1 } as const;
const users = staticUsers({
  ann: { authrole: 'staff', scram: await scramCredential('right', cheap) },
  bob: { authrole: 'staff', authid: 'robert', scram: await scramCredential('right', { ...cheap, iterations: 2 }) },
  eve: { authrole: 'staff', scram: await scramCredential('right', { iterations: 1, memory: 8 }) },
  tom: { authrole: 'staff', ticket: 'a ticket only' },
});
const open = () => new Router({ authenticators: [scram({ users })] });
const denied = [Code.ABORT, {}, ErrorUri.AUTHENTICATION_DENIED];

interface Asked {
  readonly nonce: string;
  readonly salt: string;
  readonly kdf: 'pbkdf2' | 'argon2id13';
  readonly iterations: number;
  readonly memory: number | null;
}

async function ask(router: Router, authid: string, authextra: unknown = { nonce: 'egVDf3DMJh0=' }) {
  const peer = connect(router);
  peer.say(Code.HELLO, 'realm1', { authmethods: ['wamp-scram'], authid, authextra });
  const reply = await peer.next();
  const extra = reply[2] as Asked;
  const answer = async (signature: string, more: object = { nonce: extra.nonce }): Promise<Message> => {
    peer.say(Code.AUTHENTICATE, signature, more);
    return peer.next();
  };
  /** What somebody who knows this password signs. */
  const sign = async (password: string, change: Partial<ScramExchange> = {}) => {
    const { memory, ...salting } = extra;
    const salted = await scramSaltedPassword(password, { ...salting, ...(memory !== null && { memory }) });
    const exchange = { ...salting, authid, clientNonce: 'egVDf3DMJh0=', ...change };
    const { proof, serverSignature } = scramProof(salted, scramMessage(exchange));
    return { signature: toBase64(proof), verifier: toBase64(serverSignature) };
  };
  return { peer, reply, extra, answer, sign };
}

describe('the right password', () => {
  test.each([
    ['ann', 'ann', 'pbkdf2'],
    ['bob', 'robert', 'pbkdf2'],
    ['eve', 'eve', 'argon2id13'],
  ])('%s joins as %s, by %s, and the router proves itself', async (authid, name, kdf) => {
    const { extra, answer, sign } = await ask(open(), authid);
    expect(extra.nonce).toMatch(/^egVDf3DMJh0=.{20,}/);
    expect(extra).toMatchObject({ kdf, memory: kdf === 'pbkdf2' ? null : 8 });
    const { signature, verifier } = await sign('right');
    const [code, , details] = await answer(signature);
    expect(code).toBe(Code.WELCOME);
    expect(details).toMatchObject({
      authid: name,
      authrole: 'staff',
      authmethod: 'wamp-scram',
      authprovider: 'static',
      authextra: { verifier },
    });
  });
});

describe('refused, all with the same answer', () => {
  test('a wrong password, an unknown user and one without this method', async () => {
    const router = open();
    const answers: Message[] = [];
    for (const authid of ['ann', 'tom', 'nobody']) {
      const { answer, sign } = await ask(router, authid);
      answers.push(await answer((await sign('wrong')).signature));
    }
    expect(answers[0]).toMatchObject(denied);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['too little', 'AAAA'],
    ['zeros', Buffer.alloc(32).toString('base64')],
  ])('%s', async (_name, signature) => {
    expect(await (await ask(open(), 'ann')).answer(signature)).toMatchObject(denied);
  });

  test.each([
    ['without the nonce', {}],
    ['with another nonce', { nonce: 'egVDf3DMJh0=' }],
    ['with a binding that HELLO did not ask for', { channel_binding: 'tls-unique', cbind_data: 'AAAA' }],
    ['with data of no binding', { cbind_data: 'AAAA' }],
  ])('the right proof %s', async (name, extra) => {
    const asked = await ask(open(), 'ann');
    const { signature } = await asked.sign('right');
    const given = name.includes('nonce') ? extra : { nonce: asked.extra.nonce, ...extra };
    expect(await asked.answer(signature, given)).toMatchObject(denied);
  });

  test('a proof that was recorded, in another session', async () => {
    const router = open();
    const old = await ask(router, 'ann');
    const { signature } = await old.sign('right');
    expect((await old.answer(signature))[0]).toBe(Code.WELCOME);
    for (const more of [{ nonce: old.extra.nonce }, undefined]) {
      const { answer } = await ask(router, 'ann');
      expect(await answer(signature, more)).toMatchObject(denied);
    }
  });

  test('what is stolen from the router does not log in', async () => {
    const stolen = await users.find({
      realm: 'realm1',
      authid: 'ann',
      method: 'wamp-scram',
      details: {},
      peer: '',
      call: async () => {},
      ...noFacts,
    });
    const { answer, extra } = await ask(open(), 'ann');
    const { iterations, salt, nonce } = extra;
    const message = scramMessage({ authid: 'ann', clientNonce: 'egVDf3DMJh0=', nonce, salt, iterations });
    const key = fromBase64(stolen?.scram?.storedKey ?? '') ?? new Uint8Array();
    expect(await answer(toBase64(scramProof(key, message).proof))).toMatchObject(denied);
  });
});

describe('nobody learns who exists', () => {
  test('strangers look like users, each the same every time', async () => {
    const router = open();
    const seen = new Set<unknown>();
    for (let i = 0; i < 40; i++) {
      const [one, two] = [await ask(router, `nobody${i}`), await ask(router, `nobody${i}`)];
      const { nonce: _one, ...first } = one.extra;
      const { nonce: _two, ...second } = two.extra;
      expect(second).toEqual(first);
      expect(fromBase64(first.salt)).toHaveLength(16);
      seen.add(`${first.kdf} ${first.iterations} ${first.memory}`);
    }
    expect(seen).toEqual(new Set(['pbkdf2 1 null', 'pbkdf2 2 null', 'argon2id13 1 8']));
  });

  test('as much is drawn for the challenge of a user as for that of a stranger', async () => {
    const router = new Router({ authenticators: [scram({ users })] });
    expect(await drawnFor(['ann', 'tom', 'nobody'], (authid) => ask(router, authid))).toEqual([2, 2, 2]);
  });

  test('as much is computed for a stranger as for a user, right or wrong', async () => {
    let computed = 0;
    const check = () => {
      computed++;
      return true;
    };
    const router = new Router({ authenticators: [scram({ users, check })] });
    const works: number[] = [];
    for (const [authid, signature] of [
      ['ann', ''],
      ['ann', Buffer.alloc(32).toString('base64')],
      ['tom', ''],
      ['nobody', ''],
    ] as const) {
      const before = computed;
      await (await ask(router, authid)).answer(signature);
      works.push(computed - before);
    }
    expect(works).toEqual([1, 1, 1, 1]);
  });

  test('where a router has no users at all, too', async () => {
    const router = new Router({ authenticators: [scram({ users: staticUsers({}) })] });
    const { extra, answer } = await ask(router, 'nobody');
    expect(extra).toMatchObject({ kdf: 'argon2id13', iterations: 2, memory: 19_456 });
    expect(await answer('AAAA')).toMatchObject(denied);
  });
});

describe('HELLO', () => {
  test.each([undefined, 7, '', 'short', '%'.repeat(12), 'a'.repeat(1000)])(
    'with the nonce %s is told what is missing',
    async (nonce) => {
      const { reply } = await ask(open(), 'ann', { nonce });
      expect(reply).toMatchObject([Code.ABORT, {}, ErrorUri.AUTHENTICATION_REQUIRED]);
    },
  );

  test('that asks for a binding which this connection does not have is refused', async () => {
    for (const binding of ['tls-unique', 'tls-exporter', 'tls-server-end-point', 7]) {
      const { reply } = await ask(open(), 'ann', { nonce: 'egVDf3DMJh0=', channel_binding: binding });
      expect(reply).toMatchObject(denied);
    }
  });

  test('without one is refused where the router requires it', async () => {
    const router = new Router({ authenticators: [scram({ users, requireChannelBinding: true })] });
    expect((await ask(router, 'ann')).reply).toMatchObject(denied);
  });
});
