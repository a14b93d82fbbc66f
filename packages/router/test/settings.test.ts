import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { ListenOptions, RouterOptions } from '../src/index.js';
import { logTo, Router } from '../src/index.js';

/** What code without types may pass. */
const mistaken = <T>(options: unknown) => options as T;
const routers: Router[] = [];
afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.close()));
});

test.each<[unknown, string]>([
  [{ realm: 'realm1' }, 'there is no option realm: there are realms, limits,'],
  [{ realms: 'realm1' }, 'the option realms must be a list of names of realms, one at least, and is "realm1"'],
  [{ realms: [] }, 'the option realms must be a list of names of realms, one at least'],
  [{ limits: { maxMesageSize: 1 } }, 'there is no option limits.maxMesageSize: there are maxMessageSize,'],
  [
    { limits: { maxMessageSize: '8MB' } },
    'the option limits.maxMessageSize must be a number of at least 0, and is "8MB"',
  ],
  [{ limits: { maxPause: -1 } }, 'the option limits.maxPause'],
  [{ heartbeat: { every: 1 } }, 'there is no option heartbeat.every: there are interval, timeout'],
  [{ serializers: ['json'] }, 'the option serializers must be a list of serializers, such as cbor()'],
  [{ uris: 'relaxed' }, 'the option uris must be one of loose, strict, and is "relaxed"'],
  [{ authenticators: 'anonymous' }, 'the option authenticators must be a list of authenticators'],
  [{ disclosure: { callers: 'never' } }, 'the option disclosure.callers must be one of allow, force, refuse'],
  [{ trustLevels: { callers: 3 } }, 'the option trustLevels.callers must be a function'],
  [{ admit: true }, 'the option admit must be a function'],
  [{ onOverflow: 'block' }, 'the option onOverflow must be one of disconnect, drop'],
  [{ fabric: 'nats' }, 'the option fabric must be a fabric, such as memoryFabric(), and is "nats"'],
  [
    { authenticators: [{ method: 'ticket' }] },
    'the option authenticators must be a list of authenticators, such as an',
  ],
  [{ history: [null] }, 'a history rule is an object { topic, match }, and not null'],
  [{ history: [{ topic: 'a.b', events: 5 }] }, 'there is no events, only topic, match, limit, bytes, age'],
  [{ history: [{ topic: 'a.b', match: 'regex' }] }, 'match must be one of exact, prefix, wildcard, and is "regex"'],
  [null, 'options must be an object, and are null'],
])('a router with %j is refused by name', (options, text) => {
  expect(() => new Router(mistaken<RouterOptions>(options))).toThrow(text);
  expect(() => new Router(mistaken<RouterOptions>(options))).toThrow(TypeError);
});

test.each<[unknown, string]>([
  [{ prot: 8080 }, 'there is no option prot: there are port, host, path'],
  [{ port: '8080' }, 'the option port must be a port, an integer from 0 to 65535, and is "8080"'],
  [{ port: 70_000 }, 'the option port'],
  [{ port: 0, path: 'ws' }, 'the option path must be a path, which begins with /, and is "ws"'],
  [{ protocol: 'mqtt', port: 0 }, 'the option protocol must be one of rawsocket, and is "mqtt"'],
  [{ protocol: 'rawsocket', port: 0, path: '/ws' }, 'there is no option path: there are protocol, port'],
  [{ protocol: 'rawsocket', unix: 5 }, 'the option unix must be a string'],
  [{ server: 8080 }, 'the option server must be an HTTP server'],
  [{ server: createServer(), port: 80 }, 'there is no option port: there are server, path'],
  [{ port: 0, origins: 'https://shop.example' }, 'the option origins must be a list of strings'],
  [8080, 'options must be an object, and are a number'],
  [null, 'options must be an object, and are null'],
  [{ server: undefined }, 'the option server must be an HTTP server, and is missing'],
  [{ protocol: 'rawsocket' }, 'the option port must be a port, an integer from 0 to 65535, and is missing'],
  [{ unix: '/tmp/wigwag.sock' }, 'the option protocol must be one of rawsocket, and is missing'],
  [{ port: 0, tls: {} }, 'the option tls.cert must be text in PEM, and is missing'],
  [
    { port: 0, tls: { certfile: 'a.pem', keyfile: 'b.pem' } },
    'there is no option tls.certfile: there are certFile, key',
  ],
  [{ port: 0, tls: { certFile: 'a.pem' } }, 'the option tls.keyFile must be a string, and is missing'],
  [{ port: 0, tls: { cert: 'PEM', key: 5 } }, 'the option tls.key must be text in PEM, and is a number'],
  [{ protocol: 'rawsocket', port: 0, tls: { pfx: 'a' } }, 'there is no option tls.pfx'],
  [
    { port: 0, tls: { certFile: 'a', keyFile: 'b', minVersion: 'TLSv1' } },
    'tls.minVersion must be one of TLSv1.2, TLSv1',
  ],
])('a listener with %j is refused by name', async (options, text) => {
  const router = new Router();
  routers.push(router);
  await expect(router.listen(mistaken<ListenOptions>(options))).rejects.toThrow(text);
});

test.each<[unknown, string]>([
  [undefined, 'options must be an object, and are missing'],
  [{}, 'the option authid must be a string, and is missing'],
  [{ authid: 'joe' }, 'the option authrole must be a string, and is missing'],
  [{ authid: 5, authrole: 'backend' }, 'the option authid must be a string, and is the number 5'],
])('a session as %j is refused', async (who, text) => {
  const router = new Router();
  routers.push(router);
  await expect(router.session('realm1', mistaken(who))).rejects.toThrow(text);
  expect(router.stats().connections).toBe(0);
});

test.each<[unknown, string]>([
  [undefined, 'the transport must be a transport, such as an end of linkedPair(), and is missing'],
  [{}, 'and is a dictionary'],
  ['ws://127.0.0.1', 'and is "ws://127.0.0.1"'],
])('a session over %j is refused, and nothing is left of it', (transport, text) => {
  const router = new Router();
  routers.push(router);
  const attach = () => router.attach(mistaken(transport));
  expect(attach).toThrow(TypeError);
  expect(attach).toThrow(text);
  expect(router.stats().connections).toBe(0);
});

test('lines are written by a function', () => {
  const router = new Router();
  routers.push(router);
  expect(() => logTo(router, mistaken(undefined))).toThrow(
    'logTo takes a function that writes a line, and got missing',
  );
});

test('what is undefined is left open', async () => {
  const open = { realms: undefined, limits: undefined, heartbeat: undefined, authenticators: undefined };
  const router = new Router(mistaken<RouterOptions>({ ...open, limits: { maxOutbound: undefined, maxInbound: 10 } }));
  routers.push(router);
  const { url } = await router.listen(mistaken<ListenOptions>({ port: 0, host: undefined, path: undefined }));
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws$/);
});
