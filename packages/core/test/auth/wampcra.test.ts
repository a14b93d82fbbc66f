import { describe, expect, test } from 'vitest';
import type { Auth, Join } from '../../src/auth/index.js';
import { equalBytes, wampcra, wampcraKey, wampcraSignature } from '../../src/auth/index.js';
import type { Dict } from '../../src/wire/index.js';
import { Code } from '../../src/wire/index.js';

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');
const join: Join = { hello: { code: Code.HELLO, realm: 'realm1', details: {} }, channelId: () => undefined };
const prove = (auth: Auth, extra: Dict) => auth.prove?.({ code: Code.CHALLENGE, method: 'wampcra', extra }, join);

describe('the functions of WAMP-CRA', () => {
  test('the signature is HMAC-SHA256: RFC 4231, case 2', () => {
    expect(hex(wampcraSignature('Jefe', 'what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test.each([
    [1, '120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b'],
    [2, 'ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43'],
    [4096, 'c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a'],
  ])('a salted key is PBKDF2 with SHA-256: %d rounds', async (iterations, key) => {
    expect(hex(await wampcraKey('password', { salt: 'salt', iterations, keylen: 32 }))).toBe(key);
  });

  test('bytes are equal or not, whatever their lengths', () => {
    const bytes = (...list: number[]) => Uint8Array.from(list);
    expect(equalBytes(bytes(1, 2), bytes(1, 2))).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 3))).toBe(false);
    expect(equalBytes(bytes(1, 2), bytes(1, 2, 0))).toBe(false);
    expect(equalBytes(bytes(1, 2, 0), bytes(1, 2))).toBe(false);
    expect(equalBytes(bytes(), bytes())).toBe(true);
  });
});

describe('the client', () => {
  const auth = wampcra({ authid: 'peter', secret: () => 'secret1' });

  test('signs the challenge as it came, with the secret or with the key that salt makes of it', async () => {
    const challenge = '{"nonce": "LHRTC9zeOIrt_9U3"}';
    expect(await prove(auth, { challenge })).toEqual({ signature: wampcraSignature('secret1', challenge) });
    const salting = { salt: 'salt123', iterations: 10, keylen: 16 };
    const key = await wampcraKey('secret1', salting);
    expect(await prove(auth, { challenge, ...salting })).toEqual({ signature: wampcraSignature(key, challenge) });
  });

  test.each([
    ['no challenge', {}],
    ['a salt that is no text', { challenge: 'x', salt: 7 }],
    ['no rounds', { challenge: 'x', salt: 's', iterations: 0 }],
    ['half a round', { challenge: 'x', salt: 's', iterations: 1.5 }],
    ['rounds without end', { challenge: 'x', salt: 's', iterations: 1e12 }],
    ['a key without end', { challenge: 'x', salt: 's', keylen: 1e9 }],
  ])('refuses a challenge with %s', async (_name, extra) => {
    await expect(prove(auth, extra)).rejects.toMatchObject({ code: 'AUTHENTICATION' });
  });
});
