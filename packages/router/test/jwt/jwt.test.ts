import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Code, ErrorUri } from '@wigwag/core/wire';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { noFacts } from '../../src/access/facts.js';
import { Router, ticket } from '../../src/index.js';
import type { JwtOptions } from '../../src/jwt/index.js';
import { jwt } from '../../src/jwt/index.js';
import { connect } from '../support/memory.js';
import type { Message } from '../support/peer.js';

const issuer = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const jwk = { ...issuer.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'EdDSA' };
const soon = () => Math.floor(Date.now() / 1000) + 3600;

const good = { iss: 'https://login', aud: 'router', sub: 'ann', authrole: 'staff' };
const options = {
  keys: issuer.publicKey,
  algorithms: ['EdDSA'],
  issuer: 'https://login',
  audience: 'router',
} as const satisfies JwtOptions;

function sign(claims: Record<string, unknown> = {}, key = issuer.privateKey, header = {}): Promise<string> {
  return new SignJWT({ ...good, exp: soon(), ...claims }).setProtectedHeader({ alg: 'EdDSA', ...header }).sign(key);
}

async function login(token: string, changes: Partial<JwtOptions> = {}, authid?: string) {
  const router = new Router({
    authenticators: [ticket({ check: jwt({ ...options, ...changes }), provider: 'jwt' })],
  });
  const reported: unknown[] = [];
  router.on('error', (error) => reported.push(error));
  const peer = connect(router);
  peer.say(Code.HELLO, 'realm1', { authmethods: ['ticket'], ...(authid !== undefined && { authid }) });
  await peer.next(Code.CHALLENGE);
  peer.say(Code.AUTHENTICATE, token, {});
  const answer: Message = await peer.next();
  return { answer, reported };
}
const denied = [Code.ABORT, {}, ErrorUri.AUTHENTICATION_DENIED];

describe('a good token', () => {
  test.each([
    ['with the authid that it is for', 'ann'],
    ['with none', undefined],
    ['with an empty one', ''],
  ])('lets in %s', async (_name, authid) => {
    const { answer } = await login(await sign(), {}, authid);
    expect(answer[2]).toMatchObject({ authid: 'ann', authrole: 'staff', authmethod: 'ticket', authprovider: 'jwt' });
  });

  test.each([
    ['a JSON Web Key', jwk],
    ['a set of them', { keys: [{ ...stranger.publicKey.export({ format: 'jwk' }), kid: 'two', alg: 'EdDSA' }, jwk] }],
  ])('is verified with %s', async (_name, keys) => {
    expect((await login(await sign({}, issuer.privateKey, { kid: 'one' }), { keys })).answer[0]).toBe(Code.WELCOME);
  });

  test('is verified with a secret', async () => {
    const secret = Buffer.alloc(32, 7);
    const token = await new SignJWT({ ...good, exp: soon() }).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    const changes = { keys: secret, algorithms: ['HS256'] };
    expect((await login(token, changes)).answer[0]).toBe(Code.WELCOME);
    expect((await login(token, { ...changes, keys: Buffer.alloc(32, 8) })).answer).toMatchObject(denied);
  });

  test('makes of its bearer whom a function says', async () => {
    const user: JwtOptions['user'] = async ({ sub, groups }, { realm }) =>
      Array.isArray(groups) && groups.includes('admins') ? { authid: `${sub}@${realm}`, authrole: 'admin' } : undefined;
    expect((await login(await sign({ groups: ['admins'] }), { user })).answer[2]).toMatchObject({
      authid: 'ann@realm1',
      authrole: 'admin',
    });
    expect((await login(await sign({ groups: [] }), { user })).answer).toMatchObject(denied);
  });
});

describe('refused, all with the same answer', () => {
  const past = Math.floor(Date.now() / 1000) - 60;
  const bad: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['nothing', () => ''],
    ['no token', () => 'open sesame'],
    ['one of another issuer’s key', () => sign({}, stranger.privateKey)],
    ['one that nobody signed', () => new UnsecuredJWT({ ...good, exp: soon() }).encode()],
    ['one that expired', () => sign({ exp: past })],
    ['one that never expires', () => sign({ exp: undefined })],
    ['one that is not valid yet', () => sign({ nbf: soon() })],
    ['one of another issuer', () => sign({ iss: 'https://elsewhere' })],
    ['one for somebody else', () => sign({ aud: 'another' })],
    ['one without audience', () => sign({ aud: undefined })],
    ['one without subject', () => sign({ sub: undefined })],
    ['one without a role', () => sign({ authrole: undefined })],
    ['one with a role that is no text', () => sign({ authrole: ['admin'] })],
    [
      'one that was changed',
      async () => (await sign()).replace(/\.[^.]*\./, `.${Buffer.from('{}').toString('base64url')}.`),
    ],
    ['one without end', async () => await sign({ filler: 'x'.repeat(9000) })],
    [
      'one that passes the public key off as a secret',
      () =>
        new SignJWT({ ...good, exp: soon() })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from(issuer.publicKey.export({ format: 'pem', type: 'spki' }))),
    ],
  ];

  test.each(bad)('%s', async (_name, token) => {
    const reasons: Error[] = [];
    const { answer, reported } = await login(await token(), { onRefused: (reason) => reasons.push(reason) });
    expect(answer).toMatchObject(denied);
    expect([reasons.length, reported]).toEqual([1, []]);
  });

  test('somebody else’s', async () => {
    expect((await login(await sign(), {}, 'bob')).answer).toMatchObject(denied);
  });

  test('one with an algorithm that is not on the list, though the key has signed it', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await new SignJWT({ ...good, exp: soon() }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    expect((await login(token, { keys: publicKey, algorithms: ['RS256'] })).answer[0]).toBe(Code.WELCOME);
    expect((await login(token, { keys: publicKey, algorithms: ['PS256'] })).answer).toMatchObject(denied);
  });
});

describe('the end of a token', () => {
  const claim = {
    realm: 'realm1',
    authid: '',
    method: 'ticket',
    details: {},
    peer: '',
    call: async () => {},
    ...noFacts,
  };
  const exp = soon();

  test('is the end of what it grants, with the tolerance that it is granted by', async () => {
    const token = await sign({ exp });
    const user = () => ({ authrole: 'staff', expires: Date.now() + 1000 });
    expect(await jwt(options)(token, claim)).toMatchObject({ expires: (exp + 5) * 1000 });
    expect(await jwt({ ...options, clockTolerance: 0 })(token, claim)).toMatchObject({ expires: exp * 1000 });
    expect((await jwt({ ...options, user })(token, claim))?.expires).toBeLessThan(exp * 1000);
  });

  test('is not where that is not wanted', async () => {
    expect(await jwt({ ...options, endWithToken: false })(await sign({ exp }), claim)).toEqual({
      authid: 'ann',
      authrole: 'staff',
    });
  });
});

describe('keys from an address', () => {
  async function serveKeys(body: () => unknown) {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      const keys = body();
      response.writeHead(keys ? 200 : 500, { 'Content-Type': 'application/json' }).end(JSON.stringify(keys));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
    return { url, asked: () => asked, close: () => server.close() };
  }

  test('are fetched once for many logins, and tokens that name unknown keys do not make it fetch for each', async () => {
    const issuerSite = await serveKeys(() => ({ keys: [jwk] }));
    const check = jwt({ ...options, keys: issuerSite.url });
    const claim = {
      realm: 'realm1',
      authid: '',
      method: 'ticket',
      details: {},
      peer: '',
      call: async () => {},
      ...noFacts,
    };
    for (let i = 0; i < 5; i++) {
      expect(await check(await sign({}, issuer.privateKey, { kid: 'one' }), claim)).toMatchObject({ authid: 'ann' });
      expect(await check(await sign({}, stranger.privateKey, { kid: `unknown${i}` }), claim)).toBeUndefined();
    }
    expect(issuerSite.asked()).toBe(1);
    issuerSite.close();
  });

  test('that cannot be had are the router’s trouble, and reported', async () => {
    const issuerSite = await serveKeys(() => undefined);
    const { answer, reported } = await login(await sign(), { keys: issuerSite.url });
    expect(answer).toMatchObject([Code.ABORT, {}, ErrorUri.AUTHENTICATION_FAILED]);
    expect(reported).toHaveLength(1);
    issuerSite.close();
  });
});

test.each([
  ['no issuer', { issuer: [] }],
  ['no audience', { audience: '' }],
  ['no algorithm', { algorithms: [] }],
  ['the algorithm none', { algorithms: ['none'] }],
  ['a key that is none', { keys: {} }],
  ['no set of keys', { keys: { keys: 'secret' } }],
  ['a set with a key that is none', { keys: { keys: [null] } }],
  ['a secret as text', { keys: 'secret' }],
  ['no keys', { keys: undefined }],
  ['an algorithm that is no list', { algorithms: 'HS256' }],
  ['an option that is misspelt', { issuers: 'https://login.example' }],
  ['a tolerance that is no number', { clockTolerance: '5s' }],
  ['a user that is no function', { user: { authrole: 'page' } }],
  ['keys from an address that anybody could answer at', { keys: new URL('http://login.example/keys') }],
])('%s is refused at the start', (_name, changes) => {
  const make = () => jwt({ ...options, ...(changes as object) });
  expect(make).toThrow(TypeError);
  // Said by us, and not by the engine.
  expect(make).not.toThrow(/Cannot|is not a function|not iterable/);
});
