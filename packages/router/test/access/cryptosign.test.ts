import { cryptosignPublicKey, cryptosignSignature } from '@wigwag/core/auth';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import { cryptosign, Router, staticUsers } from '../../src/index.js';
import { connect } from '../support/memory.js';
import type { Message } from '../support/peer.js';

const [annKey, strangerKey] = ['1'.repeat(64), '2'.repeat(64)] as const;
const [annPublic, strangerPublic] = [await cryptosignPublicKey(annKey), await cryptosignPublicKey(strangerKey)];
const users = staticUsers({
  ann: { authrole: 'staff', cryptosign: [annPublic.toUpperCase()] },
  tom: { authrole: 'staff', ticket: 'no key' },
});

async function ask(router: Router, pubkey: unknown, authid?: string, channelBinding: unknown = null) {
  const peer = connect(router);
  const authextra = { pubkey, channel_binding: channelBinding };
  peer.say(Code.HELLO, 'realm1', { authmethods: ['cryptosign'], authid, authextra });
  const reply = await peer.next();
  const extra = reply[2] as { challenge: string };
  const answer = async (signature: string): Promise<Message> => {
    peer.say(Code.AUTHENTICATE, signature, {});
    return peer.next();
  };
  return { peer, reply, extra, answer };
}
const open = () => new Router({ authenticators: [cryptosign({ users })] });
const denied = [Code.ABORT, {}, ErrorUri.AUTHENTICATION_DENIED];

describe('a known key', () => {
  test.each([
    ['with its authid', 'ann'],
    ['alone, which says who it is', undefined],
  ])('%s lets in', async (_name, authid) => {
    const { reply, extra, answer } = await ask(open(), annPublic, authid);
    expect(reply).toEqual([
      Code.CHALLENGE,
      'cryptosign',
      { challenge: expect.stringMatching(/^[0-9a-f]{64}$/), channel_binding: null },
    ]);
    expect((await answer(await cryptosignSignature(annKey, extra.challenge)))[2]).toMatchObject({
      authid: 'ann',
      authrole: 'staff',
      authmethod: 'cryptosign',
      authprovider: 'static',
    });
  });

  test('does not answer for another user', async () => {
    for (const authid of ['tom', 'nobody']) {
      const { extra, answer } = await ask(open(), annPublic, authid);
      expect(await answer(await cryptosignSignature(annKey, extra.challenge))).toMatchObject(denied);
    }
  });
});

describe('refused, all with the same answer', () => {
  test('a key that nobody has, and the user’s key without its private half', async () => {
    const router = open();
    const answers: Message[] = [];
    for (const [pubkey, authid] of [
      [strangerPublic, undefined],
      [strangerPublic, 'ann'],
      [strangerPublic, 'nobody'],
      [annPublic, 'ann'],
    ] as const) {
      const { extra, answer } = await ask(router, pubkey, authid);
      answers.push(await answer(await cryptosignSignature(strangerKey, extra.challenge)));
    }
    expect(answers[0]).toMatchObject(denied);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test('the signature of another challenge, and one that signs it but shows this one', async () => {
    const router = open();
    const old = await ask(router, annPublic);
    const signed = await cryptosignSignature(annKey, old.extra.challenge);
    expect(await (await ask(router, annPublic)).answer(signed)).toMatchObject(denied);
    const { extra, answer } = await ask(router, annPublic);
    expect(await answer(signed.slice(0, 128) + extra.challenge)).toMatchObject(denied);
  });

  test.each([
    ['nothing', ''],
    ['no hex', 'x'.repeat(192)],
    ['too little', 'ab'.repeat(64)],
    ['zeros', '0'.repeat(192)],
  ])('%s', async (_name, signature) => {
    const { answer } = await ask(open(), annPublic);
    expect(await answer(signature)).toMatchObject(denied);
  });
});

test('a replay in the same session is a violation', async () => {
  const { extra, answer } = await ask(open(), annPublic);
  const signature = await cryptosignSignature(annKey, extra.challenge);
  await answer(signature);
  expect(await answer(signature)).toMatchObject([Code.ABORT, {}, ErrorUri.PROTOCOL_VIOLATION]);
});

test('one signature is verified for each login, whoever it is', async () => {
  let verified = 0;
  const verify = () => {
    verified++;
    return true;
  };
  const router = new Router({ authenticators: [cryptosign({ users, verify })] });
  const works: number[] = [];
  for (const [pubkey, signature] of [
    [annPublic, ''],
    [strangerPublic, '00'.repeat(96)],
  ] as const) {
    const before = verified;
    await (await ask(router, pubkey)).answer(signature);
    works.push(verified - before);
  }
  expect(works).toEqual([1, 1]);
});

test.each([undefined, 7, 'ff', 'x'.repeat(64)])(
  'HELLO with the public key %s is told what is missing',
  async (pubkey) => {
    expect((await ask(open(), pubkey)).reply).toMatchObject([Code.ABORT, {}, ErrorUri.AUTHENTICATION_REQUIRED]);
  },
);

test('a router that requires channel binding refuses who cannot have it', async () => {
  const router = new Router({ authenticators: [cryptosign({ users, requireChannelBinding: true })] });
  for (const binding of [null, 'tls-exporter', 'magic']) {
    expect((await ask(router, annPublic, 'ann', binding)).reply).toMatchObject(denied);
  }
});
