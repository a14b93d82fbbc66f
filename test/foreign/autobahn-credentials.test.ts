import { generateKeyPairSync } from 'node:crypto';
import { staticUsers, ticket, tls } from '@wigwag/router';
import { jwt } from '@wigwag/router/jwt';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Pair } from '../support/tls.js';
import { authority, clients, localhost } from '../support/tls.js';
import { autobahnAt } from './support/autobahn.js';
import { setStage } from './support/stage.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const check = jwt({ keys: publicKey, algorithms: ['EdDSA'], issuer: 'shop', audience: 'router' });
const stage = setStage({
  authenticators: [tls({ users: staticUsers({ ann: { authrole: 'staff', tls: 'any' } }) }), ticket({ check })],
});

describe('AutobahnJS logs in by a client certificate', () => {
  let url: string;
  beforeAll(async () => {
    const options = { ...localhost, ca: authority, clientCertificates: 'request' } as const;
    const listener = await stage.router.listen({ port: 0, tls: options });
    url = listener.url.replace('127.0.0.1', 'localhost');
  });
  const withCertificate = (pair: Pair) =>
    autobahnAt(stage, { authmethods: ['tls'], authid: 'ann', tlsConfiguration: { ca: localhost.cert, ...pair } }, url);

  test('that is in its name', async () => {
    const { details } = await withCertificate(clients.ann).open();
    expect(details).toMatchObject({ authid: 'ann', authrole: 'staff', authmethod: 'tls' });
  });

  test.each([
    ['one of an authority that nobody knows', 'wamp.error.authentication_required', clients.stranger],
    ['one in another name', 'wamp.error.authentication_denied', clients.laptop],
  ])('and not by %s', async (_name, reason, pair) => {
    const refused = withCertificate(pair);
    void refused.open();
    expect(await refused.closed.next()).toMatchObject({ reason, will_retry: false });
  });
});

describe('AutobahnJS logs in by a token', () => {
  const token = (issuer: string) =>
    new SignJWT({ authrole: 'staff' })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(issuer)
      .setAudience('router')
      .setSubject('ann')
      .setExpirationTime('1h')
      .sign(privateKey);
  const withToken = (text: string) =>
    autobahnAt(stage, { authmethods: ['ticket'], authid: 'ann', onchallenge: () => text });

  test('of the issuer that the router trusts', async () => {
    expect((await withToken(await token('shop')).open()).details).toMatchObject({ authid: 'ann', authrole: 'staff' });
  });

  test('and not of another', async () => {
    const refused = withToken(await token('elsewhere'));
    void refused.open();
    expect(await refused.closed.next()).toMatchObject({ reason: 'wamp.error.authentication_denied' });
  });
});
