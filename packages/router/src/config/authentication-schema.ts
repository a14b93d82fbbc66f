import { fromBase64 } from '@wigwag/core/wire';
import { z } from 'zod';
import { uri } from './rules-schema.js';
import type { Environment } from './secret.js';
import { secret } from './secret.js';

const count = z.int().positive();

const scramKey = {
  is: (text: string) => fromBase64(text)?.length === 32,
  error: 'must be 32 bytes in base64, as scramCredential makes them',
};

const source = {
  procedure: uri.exactOptional().describe('A procedure that finds users, in place of the table `users`'),
  realm: uri
    .exactOptional()
    .describe('The realm that the procedure is registered in; default: the one that is to be joined'),
};

const binding = z
  .boolean()
  .exactOptional()
  .describe('Whether only logins that are tied to their TLS connection are taken');

/** One who may log in; see `User`. */
export function user(env: Environment) {
  return z.strictObject({
    authrole: z.string().min(1).describe('The role that the session acts in'),
    ticket: secret(env, 'The ticket itself').exactOptional(),
    wampcra: z
      .strictObject({
        secret: secret(env, 'The shared secret; with `salt`, the key that `wampcraKey` makes of the password'),
        salt: z.string().min(1).exactOptional().describe('The salt that the key was made with'),
        iterations: count.exactOptional().describe('Rounds of PBKDF2; default 1000'),
        keylen: count.exactOptional().describe('Bytes of the key; default 32'),
      })
      .exactOptional()
      .describe('For the method `wampcra`'),
    scram: z
      .strictObject({
        kdf: z.enum(['pbkdf2', 'argon2id13']),
        salt: z
          .string()
          .min(1)
          .refine((text) => fromBase64(text) !== undefined, 'must be base64'),
        iterations: count,
        memory: count.exactOptional().describe('KiB, for `argon2id13`'),
        storedKey: secret(env, 'As `scramCredential` made it', scramKey),
        serverKey: secret(env, 'As `scramCredential` made it', scramKey),
      })
      .refine(({ kdf, memory }) => (kdf === 'argon2id13') === (memory !== undefined), {
        path: ['memory'],
        error: 'must be there for argon2id13, and for nothing else',
      })
      .exactOptional()
      .describe('For the method `wamp-scram`: what `scramCredential` makes of a password'),
    cryptosign: z
      .array(z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be a public key, Ed25519, 32 bytes in hex'))
      .exactOptional()
      .describe('For the method `cryptosign`: public keys, Ed25519, 32 bytes in hex each'),
    tls: z
      .union(
        [
          z.literal('any'),
          z.array(z.string().regex(/^([0-9a-fA-F]{2}:?){32}$/, 'must be a SHA-256 fingerprint in hex')),
        ],
        {
          error: 'must be "any", or a list of SHA-256 fingerprints in hex',
        },
      )
      .exactOptional()
      .describe(
        "For the method `tls`: `any` certificate in the user's name, or the fingerprints of those that are taken",
      ),
  });
}

/** One method of logging in. */
export function authenticator(env: Environment) {
  const jwtKeys = z.union(
    [
      z.strictObject({ secret: secret(env, 'A shared secret') }),
      z.strictObject({
        file: z.string().min(1).describe('A file with a JSON Web Key, a set of them, or a public key in PEM'),
      }),
      z.strictObject({ url: z.url().describe('The address of a set of JSON Web Keys') }),
    ],
    { error: 'must be { "secret": … }, { "file": … } or { "url": … }' },
  );
  const strangerSecret = secret(
    env,
    'What the salts of unknown users are drawn from, so that they stay the same when the router restarts',
  ).exactOptional();
  const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: 'must be text, or a list of texts',
  });
  return z.discriminatedUnion('method', [
    z.strictObject({
      method: z.literal('anonymous'),
      authrole: z.string().min(1).exactOptional().describe('Default `anonymous`'),
    }),
    z.strictObject({
      method: z.literal('ticket'),
      ...source,
      jwt: z
        .strictObject({
          keys: jwtKeys.describe('What signatures are verified with'),
          algorithms: z
            .array(z.string().min(1))
            .min(1)
            .describe('Signature algorithms that are taken, such as `EdDSA`'),
          issuer: names.describe('Who must have issued the token'),
          audience: names.describe('For whom it must be'),
          clockTolerance: z
            .number()
            .nonnegative()
            .exactOptional()
            .describe('Seconds that the clocks may differ; default 5'),
          endWithToken: z
            .boolean()
            .exactOptional()
            .describe('Whether the session ends when its token does; default true'),
        })
        .exactOptional()
        .describe('Tickets are JSON Web Tokens; needs the package `jose`'),
    }),
    z.strictObject({ method: z.literal('wampcra'), ...source, strangerSecret }),
    z.strictObject({ method: z.literal('wamp-scram'), ...source, requireChannelBinding: binding, strangerSecret }),
    z.strictObject({ method: z.literal('cryptosign'), ...source, requireChannelBinding: binding }),
    z.strictObject({ method: z.literal('tls'), ...source }),
    z.strictObject({
      method: z.literal('cookie'),
      procedure: uri.describe('The procedure that judges the cookies'),
      realm: source.realm,
    }),
  ]);
}
