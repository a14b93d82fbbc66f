import type { Auth } from '@wigwag/core';
import { cryptosign, scram, wampcra } from '@wigwag/core';
import { cryptosignPublicKey, scramCredential, wampcraKey } from '@wigwag/core/auth';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { joinSession } from '@wigwag/core/session';
import type { Transport } from '@wigwag/core/transport';
import { linkedPair } from '@wigwag/core/transport';
import type { Frame } from '@wigwag/core/wire';
import { Code, Encoded, ErrorUri } from '@wigwag/core/wire';
import * as access from '@wigwag/router';
import { describe, expect, test } from 'vitest';
import { connect } from '../../packages/router/test/support/memory.js';

const key = '1'.repeat(64);
const salting = { salt: 'salt123', iterations: 100, keylen: 32 };
const users = access.staticUsers({
  ann: {
    authrole: 'staff',
    wampcra: { secret: 'secret' },
    scram: await scramCredential('password', { kdf: 'pbkdf2', iterations: 4096 }),
    cryptosign: [await cryptosignPublicKey(key)],
  },
  sal: { authrole: 'staff', wampcra: { ...salting, secret: await wampcraKey('password', salting) } },
});
const { wampcra: byCra, scram: byScram, cryptosign: byKey } = access;
const open = () => new access.Router({ authenticators: [byCra, byScram, byKey].map((method) => method({ users })) });

const methods: readonly (readonly [name: string, auth: Auth])[] = [
  ['wampcra', wampcra({ authid: 'ann', secret: () => 'secret' })],
  ['salted wampcra', wampcra({ authid: 'sal', secret: () => 'password' })],
  ['wamp-scram', scram({ authid: 'ann', password: () => 'password' })],
  ['cryptosign', cryptosign({ authid: 'ann', privateKey: () => key })],
];

/** What crossed the wire while a client logged in, and its session, which is still there. */
async function record(router: access.Router, auth: Auth) {
  const [near, far] = linkedPair(jsonSlices());
  const said: Frame[] = [];
  const heard: Frame[] = [];
  router.attach(eavesdrop(far, heard));
  const session = await joinSession(eavesdrop(near, said), { realm: 'realm1', auth: [auth] });
  const [hello, authenticate] = said;
  if (!hello || !authenticate || said.length !== 2) throw new Error('this login is not HELLO, AUTHENTICATE');
  return { session, hello, authenticate, heard };
}

/** Notes what is sent. */
function eavesdrop(transport: Transport, sent: Frame[]): Transport {
  return new Proxy(transport, {
    get(target, name) {
      if (name === 'send') {
        return (message: Encoded) => {
          sent.push(message.data);
          target.send(message);
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Says what was recorded to a new session, each as soon as the one before it was answered. */
async function replay(router: access.Router, frames: readonly Frame[]) {
  const peer = connect(router);
  for (const frame of frames) {
    peer.raw(frame);
    await peer.next().catch(() => {});
  }
  return peer;
}

describe.each(methods)('a login by %s that somebody recorded', (_name, auth) => {
  const orders = [
    ['AUTHENTICATE', ErrorUri.PROTOCOL_VIOLATION],
    ['AUTHENTICATE HELLO', ErrorUri.PROTOCOL_VIOLATION],
    ['HELLO HELLO', ErrorUri.PROTOCOL_VIOLATION],
    ['HELLO AUTHENTICATE', ErrorUri.AUTHENTICATION_DENIED],
    ['HELLO AUTHENTICATE AUTHENTICATE', ErrorUri.AUTHENTICATION_DENIED],
  ] as const;

  test.each(orders)('opens no session: %s', async (order, reason) => {
    const router = open();
    const { session, hello, authenticate } = await record(router, auth);
    for (const when of ['while it is there', 'after it left']) {
      const peer = await replay(
        router,
        order.split(' ').map((name) => (name === 'HELLO' ? hello : authenticate)),
      );
      expect([when, peer.of(Code.WELCOME)]).toEqual([when, []]);
      expect(peer.of(Code.ABORT)).toMatchObject([[Code.ABORT, {}, reason]]);
      await session.leave();
    }
    // Another router with the same users, which has not heard of it.
    const peer = await replay(open(), [hello, authenticate]);
    expect(peer.of(Code.WELCOME)).toEqual([]);
  });
});

test('the router’s half of a login by wamp-scram does not pass for the router', async () => {
  const auth = scram({ authid: 'ann', password: () => 'password' });
  const { heard } = await record(open(), auth);
  const [near, far] = linkedPair(jsonSlices());
  let next = 0;
  far.attach({
    message() {
      const frame = heard[next++];
      if (frame !== undefined) far.send(new Encoded(frame, false));
    },
    close() {},
  });
  await expect(joinSession(near, { realm: 'realm1', auth: [auth] })).rejects.toMatchObject({ code: 'AUTHENTICATION' });
});
