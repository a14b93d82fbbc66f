import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import type { Join, ScramOptions } from '../../src/auth/index.js';
import {
  isScramProof,
  scram,
  scramCredential,
  scramKeys,
  scramMessage,
  scramProof,
  scramSaltedPassword,
  scramServerSignature,
} from '../../src/auth/index.js';
import type { Dict, Hello } from '../../src/wire/index.js';
import { Code, toBase64 } from '../../src/wire/index.js';

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));

/** The examples of an exchange for user "user" with password "pencil". */
const vectors = [
  {
    name: 'RFC 5802, section 5',
    hash: sha1,
    clientNonce: 'fyko+d2lbbFgONRv9qkxdawL',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j',
    salt: 'QSXCR+Q6sek8bf92',
    proof: 'v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    verifier: 'rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    name: 'RFC 7677, section 3',
    hash: sha256,
    clientNonce: 'rOprNGfwEbeRWgbNEkqO',
    nonce: 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
    proof: 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    verifier: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
];

describe.each(vectors)('$name', ({ hash, clientNonce, nonce, salt, proof, verifier }) => {
  const iterations = 4096;
  const salted = pbkdf2(hash, 'pencil', bytes(salt), { c: iterations, dkLen: hash.outputLen });
  const message = scramMessage({ authid: 'user', clientNonce, nonce, salt, iterations });
  const keys = scramKeys(salted, hash);

  test('the client’s proof, and what it expects of the server', () => {
    const made = scramProof(salted, message, hash);
    expect(toBase64(made.proof)).toBe(proof);
    expect(toBase64(made.serverSignature)).toBe(verifier);
  });

  test('the server knows the proof by the keys that it keeps, and answers', () => {
    expect(isScramProof(bytes(proof), keys.storedKey, message, hash)).toBe(true);
    expect(toBase64(scramServerSignature(keys.serverKey, message, hash))).toBe(verifier);
  });

  test('no other proof will do', () => {
    const wrong = bytes(proof).map((byte, i) => (i === 3 ? byte ^ 1 : byte));
    for (const other of [wrong, new Uint8Array(), bytes(proof).subarray(1), bytes(`${proof.slice(0, -1)}AA=`)]) {
      expect(isScramProof(other, keys.storedKey, message, hash)).toBe(false);
    }
    expect(isScramProof(bytes(proof), keys.storedKey, `${message}x`, hash)).toBe(false);
  });
});

describe('what both sides sign', () => {
  const exchange = { authid: 'user', clientNonce: 'a', nonce: 'ab', salt: 'AAAA', iterations: 1 };

  test('commas and equals signs of a name are escaped', () => {
    expect(scramMessage({ ...exchange, authid: 'a=b,c' })).toMatch(/^n=a=3Db=2Cc,/);
  });

  test('the channel binding is in it', () => {
    const bound = scramMessage({ ...exchange, binding: { type: 'tls-unique', data: Uint8Array.from([1, 2, 3]) } });
    expect(bound).toContain(`,c=${Buffer.from('p=tls-unique,,\u0001\u0002\u0003').toString('base64')},`);
    expect(scramMessage(exchange)).toContain(',c=biws,');
  });
});

describe('the key of a password', () => {
  test('is PBKDF2 with SHA-256, of the password’s one form', async () => {
    const salting = { kdf: 'pbkdf2', salt: toBase64(bytes('c2FsdA==')), iterations: 2 } as const;
    const key = 'ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43';
    expect(Buffer.from(await scramSaltedPassword('password', salting)).toString('hex')).toBe(key);
    expect(Buffer.from(await scramSaltedPassword('pass\u00ADword', salting)).toString('hex')).toBe(key);
  });

  // The expected value is OpenSSL's.
  test('is Argon2id, version 1.3', async () => {
    const salt = Buffer.from('somesaltsomesalt').toString('base64');
    const key = await scramSaltedPassword('password', { kdf: 'argon2id13', salt, iterations: 2, memory: 65_536 });
    expect(Buffer.from(key).toString('hex')).toBe('fc33b78139231d34b71626bd6245c1d72efa190ad605c3d8166a72adcedfa2c2');
  });

  test('a credential has all that the router needs, and nothing that logs in', async () => {
    const credential = await scramCredential('pencil', { kdf: 'pbkdf2', iterations: 4096 });
    const { storedKey, serverKey, ...salting } = credential;
    const keys = scramKeys(await scramSaltedPassword('pencil', salting));
    expect([storedKey, serverKey]).toEqual([toBase64(keys.storedKey), toBase64(keys.serverKey)]);
    expect((await scramCredential('pencil', { kdf: 'pbkdf2', iterations: 1 })).salt).not.toBe(credential.salt);
    expect(await scramCredential('pencil')).toMatchObject({ kdf: 'argon2id13', iterations: 2, memory: 19_456 });
  });
});

describe('the client', () => {
  const options: ScramOptions = { authid: 'user', password: async () => 'pencil' };
  const salting = { salt: 'W22ZaJ0SNY7soEsUEjb6gQ==', kdf: 'pbkdf2', iterations: 4096, memory: null };
  const greet = (details: Dict): Hello => ({ code: Code.HELLO, realm: 'realm1', details });
  const join: Join = {
    hello: greet({ authid: 'user', authextra: { nonce: 'YWJjZGVmZ2g=', channel_binding: null } }),
    channelId: () => undefined,
  };
  const prove = async (extra: Dict, at = join, auth = scram(options)) =>
    auth.prove?.({ code: Code.CHALLENGE, method: 'wamp-scram', extra }, at);
  const nonce = 'YWJjZGVmZ2g=eHl6';

  test('draws a nonce at each join, and normalises its name', async () => {
    const auth = scram({ ...options, authid: 'us\u00ADer', channelBinding: 'tls-exporter' });
    const [one, two] = [await auth.identify?.(), await auth.identify?.()];
    expect(one).toMatchObject({ authid: 'user', authextra: { channel_binding: 'tls-exporter' } });
    expect(String(one?.authextra?.nonce)).toHaveLength(24);
    expect(one?.authextra?.nonce).not.toBe(two?.authextra?.nonce);
  });

  test('answers with its proof, and takes no WELCOME but that of a router which knows the user', async () => {
    const proof = await prove({ ...salting, nonce });
    expect(proof?.extra).toEqual({ nonce, channel_binding: null, cbind_data: null });
    const salted = await scramSaltedPassword('pencil', { kdf: 'pbkdf2', salt: salting.salt, iterations: 4096 });
    const exchange = { authid: 'user', clientNonce: 'YWJjZGVmZ2g=', nonce, salt: salting.salt, iterations: 4096 };
    const { serverSignature } = scramProof(salted, scramMessage(exchange));
    const verdict = (authextra: unknown) =>
      proof?.verify?.({ code: Code.WELCOME, session: 1, details: { authextra } as Dict });
    const verifier = toBase64(serverSignature);
    expect(verdict({ verifier })).toBeUndefined();
    expect(verdict({ verifier: `v=${verifier}` })).toBeUndefined();
    for (const other of [undefined, {}, { verifier: '' }, { verifier: proof?.signature }, { verifier: 7 }]) {
      expect(verdict(other)).toMatchObject({ code: 'AUTHENTICATION' });
    }
  });

  test('ties its proof to the connection where HELLO asked for that', async () => {
    const data = Uint8Array.from([1, 2, 3]);
    const authextra = { nonce: 'YWJjZGVmZ2g=', channel_binding: 'tls-unique' };
    const bound = { hello: greet({ authid: 'user', authextra }), channelId: () => data };
    expect((await prove({ ...salting, nonce }, bound))?.extra).toEqual({
      nonce,
      channel_binding: 'tls-unique',
      cbind_data: 'AQID',
    });
    await expect(prove({ ...salting, nonce }, { ...bound, channelId: () => undefined })).rejects.toMatchObject({
      code: 'AUTHENTICATION',
    });
  });

  test.each([
    ['no nonce', { nonce: undefined }],
    ['another’s nonce', { nonce: 'eHl6YWJjZGVmZ2g=' }],
    ['its own nonce and nothing behind it', { nonce: 'YWJjZGVmZ2g=' }],
    ['no salt', { salt: null }],
    ['a salt that is not base64', { salt: '%' }],
    ['an unknown function', { kdf: 'md5' }],
    ['so few rounds that the hash could be guessed from', { iterations: 4095 }],
    ['rounds without end', { iterations: 1e12 }],
    ['half a round', { iterations: 4096.5 }],
    ['too little memory for Argon2', { kdf: 'argon2id13', iterations: 1, memory: 8 }],
    ['memory without end', { kdf: 'argon2id13', iterations: 1, memory: 2 ** 40 }],
    ['no memory for Argon2', { kdf: 'argon2id13', iterations: 1, memory: null }],
  ])('refuses a challenge with %s', async (_name, change) => {
    await expect(prove({ ...salting, nonce, ...change })).rejects.toMatchObject({ code: 'AUTHENTICATION' });
  });
});
