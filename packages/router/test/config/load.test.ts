import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/errors.js';
import type { Setup } from '../../src/config/load.js';
import { loadConfig } from '../../src/config/load.js';
import { configSchema } from '../../src/config/schema.js';

const home = mkdtempSync(join(tmpdir(), 'wigwag-config-'));
const folder = join(home, 'conf');
mkdirSync(folder);
afterAll(() => rmSync(home, { recursive: true }));

let files = 0;
function load(content: unknown, env: Record<string, string> = {}): Promise<Setup> {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfig(file, env);
}

/** What is wrong with it, a line each. */
async function problems(content: unknown, env?: Record<string, string>): Promise<string[]> {
  try {
    await load(content, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  }
}

/** A configuration with this rule for the role `page`. */
const withRule = (rule: unknown) => ({ realms: { shop: { roles: { anonymous: [rule] } } } });
/** One with this way to log in. */
const withMethod = (method: object, more: object = {}) => ({
  realms: { shop: { roles: { page: 'everything' } } },
  authenticators: [method],
  users: { ann: { authrole: 'page', ticket: 'x' } },
  ...more,
});

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../test/support/fixtures/${name}.pem`, import.meta.url));
/** One with a listener whose TLS is almost right. */
const withTls = (more: object) => ({
  listeners: [{ tls: { certFile: fixture('localhost.cert'), keyFile: fixture('localhost.key'), ...more } }],
});
/** One with a user whose SCRAM credential is almost right. */
const withScram = (more: object) => {
  const key = Buffer.alloc(32).toString('base64');
  const scram = { kdf: 'pbkdf2', salt: 'c2FsdA==', iterations: 4096, storedKey: key, serverKey: key, ...more };
  return withMethod({ method: 'wamp-scram' }, { users: { ann: { authrole: 'page', scram } } });
};

describe('a mistake is named by its place, with what would be right', () => {
  test.each<[unknown, string]>([
    [{ relams: {} }, 'relams: is no key here: those are $schema, realms, users, '],
    [[], 'must be an object, and is a list'],
    ['null', 'must be an object, and is null'],
    ['{ "realms": ', 'is no JSON: '],
    [{ realms: { 'a b': {} } }, 'realms["a b"]: "a b" is no URI: '],
    [{ realms: { shop: { role: {} } } }, 'realms.shop.role: is no key here: those are roles'],
    [
      { realms: { shop: { roles: { page: 'all' } } } },
      'realms.shop.roles.page: must be "everything", a list of rules, or ',
    ],
    [withRule({ uri: 'a.b' }), 'realms.shop.roles.anonymous[0].allow: is missing: must be a list'],
    [
      withRule({ uri: 'a.b', allow: ['listen'] }),
      'realms.shop.roles.anonymous[0].allow[0]: must be one of "publish", "subscribe", "call", "register", and is "listen"',
    ],
    [withRule({ uri: 'a.b', allow: 'call' }), 'realms.shop.roles.anonymous[0].allow: must be a list, and is "call"'],
    [
      withRule({ uri: 'a..b', allow: ['call'] }),
      'realms.shop.roles.anonymous[0].uri: "a..b" is no URI that can be matched with "exact"',
    ],
    [
      withRule({ uri: 'u.{authid}', match: 'prefix', allow: ['call'] }),
      'realms.shop.roles.anonymous[0].uri: end the prefix with a dot',
    ],
    [
      withRule({ uri: 'a', allow: ['call'], limits: { rate: 0 } }),
      'realms.shop.roles.anonymous[0].limits.rate: must be above 0, and is 0',
    ],
    [
      {
        realms: {
          shop: {
            roles: {
              anonymous: [
                { uri: 'a', allow: ['call'] },
                { uri: 'a', allow: ['call'] },
              ],
            },
          },
        },
      },
      'realms.shop.roles.anonymous: two rules allow "call" for "a" (exact)',
    ],
    [
      { realms: { shop: { roles: { anonymous: { procedure: 'x', realm: 'zoo' } } } } },
      'realms.shop.roles.anonymous.realm: there is no realm "zoo"',
    ],
    [
      { realms: { shop: { roles: { anonymous: { procedure: 'x', cache: { size: -1 } } } } } },
      'realms.shop.roles.anonymous.cache.size: must be at least 0, and is -1',
    ],
    [withMethod({ method: 'password' }), 'authenticators[0].method: must be one of "anonymous", "ticket", '],
    [withMethod({}), 'authenticators[0].method: must be one of '],
    [
      withMethod({ method: 'anonymous', authrole: 'guest' }),
      'authenticators[0].authrole: no realm has a role "guest"; there are page',
    ],
    [withMethod({ method: 'cookie' }), 'authenticators[0].procedure: is missing: must be text'],
    [withMethod({ method: 'ticket', realm: 'shop' }), 'authenticators[0].realm: says where the procedure is'],
    [withMethod({ method: 'scram' }), 'authenticators[0].method: must be one of '],
    [
      withMethod({ method: 'ticket', jwt: { keys: {}, algorithms: ['EdDSA'], issuer: 'i', audience: 'a' } }),
      'authenticators[0].jwt.keys: must be { "secret": … }, { "file": … } or { "url": … }',
    ],
    [
      withMethod({ method: 'ticket', jwt: { keys: { url: 'nowhere' }, algorithms: [], issuer: 'i', audience: 'a' } }),
      'authenticators[0].jwt.keys.url: must be an address such as',
    ],
    [
      withMethod({
        method: 'ticket',
        jwt: { keys: { secret: 'x' }, algorithms: ['none'], issuer: 'i', audience: 'a' },
      }),
      'authenticators[0].jwt: the algorithm "none" is no signature',
    ],
    [
      withMethod({
        method: 'ticket',
        jwt: { keys: { file: 'no.json' }, algorithms: ['EdDSA'], issuer: 'i', audience: 'a' },
      }),
      'authenticators[0].jwt: ENOENT',
    ],
    [
      withMethod({
        method: 'ticket',
        jwt: { keys: { url: 'http://shop.example/keys' }, algorithms: ['EdDSA'], issuer: 'i', audience: 'a' },
      }),
      'authenticators[0].jwt: keys come from https://',
    ],
    ['{ "users": { "__proto__": { "authrole": "page" } } }', 'users.__proto__: is no name that can be used here'],
    ['{ "realms": { "shop": { "roles": { "__proto__": "everything" } } } }', 'realms.shop.roles.__proto__: is no name'],
    [withScram({ storedKey: 'abc' }), 'users.ann.scram.storedKey: must be 32 bytes in base64'],
    [
      withScram({ serverKey: { env: 'KEY' } }),
      'users.ann.scram.serverKey.env: the environment variable KEY is not set',
    ],
    [withScram({ salt: '!' }), 'users.ann.scram.salt: must be base64'],
    [withScram({ kdf: 'argon2id13' }), 'users.ann.scram.memory: must be there for argon2id13'],
    [
      withMethod(
        { method: 'cryptosign' },
        {
          users: {
            ann: { authrole: 'page', cryptosign: ['ab'.repeat(32)] },
            bob: { authrole: 'page', cryptosign: ['cd'.repeat(32), 'AB'.repeat(32)] },
          },
        },
      ),
      'users.bob.cryptosign[1]: is the key of "ann" already',
    ],
    [
      withMethod({ method: 'ticket' }, { users: undefined }),
      'authenticators[0]: nobody could log in with ticket: give users',
    ],
    [
      withMethod({ method: 'ticket' }, { users: { ann: { authrole: 'pages' } } }),
      'users.ann.authrole: no realm has a role "pages"; there are page',
    ],
    [
      withMethod({ method: 'ticket' }, { users: { ann: { authrole: 'page', ticket: { env: 'TICKET' } } } }),
      'users.ann.ticket.env: the environment variable TICKET is not set',
    ],
    [
      withMethod({ method: 'ticket' }, { users: { ann: { authrole: 'page', ticket: 5 } } }),
      'users.ann.ticket: must be text, or { "env": "NAME" } for an environment variable',
    ],
    [
      withMethod({ method: 'ticket' }, { users: { ann: { authrole: 'page', cryptosign: ['abc'] } } }),
      'users.ann.cryptosign[0]: must be a public key',
    ],
    [
      withMethod({ method: 'ticket' }, { rates: { boss: {} } }),
      'rates.boss: no realm has a role "boss"; there are page',
    ],
    [
      withMethod({ method: 'ticket' }, { realms: { shop: {} } }),
      'realms.shop.roles: is missing: nobody may do anything in this realm',
    ],
    [withMethod({ method: 'ticket' }, { realms: undefined }), 'realms: is missing: those who log in may do nothing'],
    [{ authenticators: [] }, 'authenticators: must have at least 1 entry'],
    [{ listeners: [{ port: 70_000 }] }, 'listeners[0].port: must be at most 65535, and is 70000'],
    [{ listeners: [{ port: '80' }] }, 'listeners[0].port: must be a number, and is "80"'],
    [{ listeners: [{ path: 'ws' }] }, 'listeners[0].path: must begin with "/"'],
    [{ listeners: [{ unix: '/x' }] }, 'listeners[0].unix: is no key here'],
    [{ listeners: [{ protocol: 'http' }] }, 'listeners[0].protocol: must be one of "websocket", "rawsocket"'],
    [{ listeners: [{ protocol: 'rawsocket' }] }, 'listeners[0]: must have a port or a unix socket'],
    [{ listeners: [{ protocol: 'rawsocket', unix: '/x', host: 'a' }] }, 'listeners[0]: must not have host or tls'],
    [{ listeners: [{ tls: { certFile: 'a' } }] }, 'listeners[0].tls.keyFile: is missing: must be text'],
    [withTls({ certFile: 'no.pem' }), 'listeners[0].tls.certFile: ENOENT'],
    [withTls({ keyFile: 'no.pem' }), 'listeners[0].tls.keyFile: ENOENT'],
    [withTls({ caFile: 'no.pem' }), 'listeners[0].tls.caFile: ENOENT'],
    [withTls({ keyFile: fixture('renewed.key') }), 'listeners[0].tls: the certificate and its key cannot be used'],
    [withTls({ caFile: fixture('ann.key') }), 'listeners[0].tls: `ca` holds no certificate'],
    [withTls({ clientCertificates: 'require' }), 'listeners[0].tls: clients are asked for certificates, and whose'],
    [{ listeners: [{ origins: ['shop'] }] }, 'listeners[0].origins: '],
    [{ listeners: [{ trustedProxies: ['everybody'] }] }, 'listeners[0].trustedProxies: '],
    [{ limits: { maxMessageSize: 1.5 } }, 'limits.maxMessageSize: must be a whole number, and is 1.5'],
    [{ limits: { maxMessages: 1 } }, 'limits.maxMessages: is no key here: those are maxMessageSize, '],
    [{ history: [{ topic: 'a..b' }] }, 'history: history rule'],
    [{ serializers: ['xml'] }, 'serializers[0]: must be one of "json", "cbor", "msgpack", and is "xml"'],
    [{ trustLevels: { publishers: { page: -1 } } }, 'trustLevels.publishers.page: must be at least 0'],
    [{ reflection: 'no' }, 'reflection: must be true or false, and is "no"'],
  ])('%j', async (content, expected) => {
    const found = await problems(content);
    expect(found.filter((line) => line.includes(expected))).toHaveLength(1);
  });

  test('every mistake is told at once', async () => {
    const found = await problems({
      realms: { shop: { roles: { page: [{ uri: 'a b', allow: ['x', 'call'] }, 5] } } },
      limits: { maxDepth: 0 },
      uris: 'free',
      x: 1,
    });
    expect(found.map((line) => line.split(':')[0])).toEqual([
      'realms.shop.roles.page[0].allow[0]',
      'realms.shop.roles.page[1]',
      'limits.maxDepth',
      'uris',
      'x',
    ]);
  });

  test('each method stands there once', async () => {
    const twice = { ...withMethod({ method: 'ticket' }), authenticators: [{ method: 'ticket' }, { method: 'ticket' }] };
    expect(await problems(twice)).toEqual(['authenticators[1].method: ticket stands there already: each method once']);
  });

  test('a file that is not there', async () => {
    await expect(loadConfig(join(folder, 'nothing.json'), {})).rejects.toThrow('nothing.json: cannot be read: ENOENT');
  });
});

describe('what it comes to', () => {
  test('nothing said: the defaults, and one listener', async () => {
    expect(await load({})).toEqual({ router: {}, listeners: [{}] });
  });

  test('names of files count from the folder of the configuration', async () => {
    const [near, beside] = ['a.pem', '../b.pem'];
    for (const name of [near, beside]) copyFileSync(fixture('localhost.cert'), join(folder, name));
    const tls = { certFile: near, keyFile: fixture('localhost.key'), caFile: beside };
    const { listeners } = await load({
      listeners: [
        { port: 1, tls },
        { protocol: 'rawsocket', unix: 'w.sock' },
      ],
    });
    expect(listeners).toEqual([
      {
        port: 1,
        tls: { certFile: join(folder, near), keyFile: fixture('localhost.key'), caFile: join(folder, beside) },
      },
      { protocol: 'rawsocket', unix: join(folder, 'w.sock') },
    ]);
  });

  test('secrets come from the environment', async () => {
    const users = { ann: { authrole: 'page', ticket: { env: 'TICKET' } } };
    const { router } = await load(withMethod({ method: 'ticket' }, { users }), { TICKET: 'open sesame' });
    expect(router.authenticators).toHaveLength(1);
  });

  test('trust levels by role, names that every object has included', async () => {
    const { router } = await load({ trustLevels: { publishers: { anonymous: 2 } } });
    const level = (authrole: string) => router.trustLevels?.publishers?.({ id: 1, authid: 'a', authrole }, 'a.b');
    expect([level('anonymous'), level('constructor')]).toEqual([2, undefined]);
  });

  test('the rest goes to the router as it is', async () => {
    const same = {
      limits: { maxDepth: 5 },
      history: [{ topic: 'a', limit: 5 }],
      disclosure: { callers: 'force' },
      heartbeat: { interval: 0 },
      uris: 'strict',
      reflection: false,
      onOverflow: 'drop',
    };
    expect((await load(same)).router).toEqual(same);
  });
});

test('every option of the router is a key, but those that only a program can give', () => {
  const source = readFileSync(fileURLToPath(new URL('../../src/options.ts', import.meta.url)), 'utf8');
  const body = /export interface RouterOptions \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
  const options = [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map((match) => match[1] ?? '');
  expect(options.length).toBeGreaterThan(10);
  const programs = ['fabric', 'admit', 'historyStore', 'clock', 'random'];
  // The roles of the realms stand for it.
  const elsewhere = ['authorization'];
  const keys = Object.keys(configSchema({}).shape);
  expect(options.filter((name) => ![...keys, ...programs, ...elsewhere].includes(name))).toEqual([]);
});
