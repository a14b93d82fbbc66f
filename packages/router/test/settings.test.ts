import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { ListenOptions, RouterOptions } from '../src/index.js';
import { Router } from '../src/index.js';

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
])('a listener with %j is refused by name', async (options, text) => {
  const router = new Router();
  routers.push(router);
  await expect(router.listen(mistaken<ListenOptions>(options))).rejects.toThrow(text);
});

test('what is undefined is left open', async () => {
  const open = { realms: undefined, limits: undefined, heartbeat: undefined, authenticators: undefined };
  const router = new Router(mistaken<RouterOptions>({ ...open, limits: { maxOutbound: undefined, maxInbound: 10 } }));
  routers.push(router);
  const { url } = await router.listen(mistaken<ListenOptions>({ port: 0, host: undefined, path: undefined }));
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws$/);
});
