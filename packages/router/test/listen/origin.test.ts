import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { judgeOrigin } from '../../src/listen/origin.js';

const own = { host: 'shop.example:8080', local: false };
const here = { host: '127.0.0.1:8080', local: true };

describe('without a list', () => {
  test.each([
    ['no page at all', undefined, own, 'checked'],
    ['a page of the same host', 'https://shop.example', own, 'checked'],
    ['one on another port of it', 'http://shop.example:3000', own, 'checked'],
    ['one in other letters', 'https://SHOP.example', own, 'checked'],
    ['another host', 'https://evil.example', own, 'refused'],
    ['a host below', 'https://a.shop.example', own, 'refused'],
    ['a host above', 'https://example', own, 'refused'],
    ['a host that begins like it', 'https://shop.example.evil.example', own, 'refused'],
    ['a page of this machine, where the listener is open to others', 'http://localhost:3000', own, 'refused'],
    ['a page of this machine, where it is not', 'http://localhost:3000', here, 'checked'],
    ['the same by its address', 'http://127.0.0.1', here, 'checked'],
    ['the same by its address in IPv6', 'http://[::1]:3000', here, 'checked'],
    ['what only looks like this machine', 'http://127.0.0.1.evil.example', here, 'refused'],
    ['what only begins like it', 'http://localhost.evil.example', here, 'refused'],
    ['a page from nowhere', 'null', here, 'refused'],
    ['a file', 'file://', here, 'refused'],
    ['nonsense', 'evil', here, 'refused'],
    ['nothing', '', own, 'refused'],
    ['a page, where the request names no host', 'https://shop.example', { host: undefined, local: false }, 'refused'],
    ['a page, where the host is nonsense', 'https://shop.example', { host: '%', local: false }, 'refused'],
  ] as const)('%s', (_name, origin, site, passage) => {
    expect(judgeOrigin({ origin, ...site }, undefined)).toBe(passage);
  });
});

describe('with a list', () => {
  test.each([
    ['no page at all', undefined, ['https://shop.example'], 'checked'],
    ['one that is on it', 'https://shop.example', ['https://a.example', 'https://shop.example'], 'checked'],
    ['the same host, which is not on it', 'https://shop.example', ['https://a.example'], 'refused'],
    ['another scheme', 'http://shop.example', ['https://shop.example'], 'refused'],
    ['another port', 'https://shop.example:8443', ['https://shop.example'], 'refused'],
    ['one below', 'https://a.b.shop.example', ['https://*.shop.example'], 'checked'],
    ['the one above those below', 'https://shop.example', ['https://*.shop.example'], 'refused'],
    ['what only ends like it', 'https://evilshop.example', ['https://*.shop.example'], 'refused'],
    ['a page from nowhere', 'null', ['null'], 'checked'],
    ['a page of this machine', 'http://localhost', ['https://shop.example'], 'refused'],
    ['anybody', 'https://evil.example', ['*'], 'open'],
    ['one of its own, beside anybody', 'https://shop.example', ['*', 'https://shop.example'], 'checked'],
    ['anything, with an empty list', 'https://shop.example', [], 'refused'],
  ] as const)('%s', (_name, origin, allowed, passage) => {
    expect(judgeOrigin({ origin, ...own, local: true }, allowed)).toBe(passage);
  });

  test.each(['shop.example', 'https://shop.example/', 'https://shop.example/page', 'https://*', '*.shop.example', ''])(
    '%j is no origin, and an error at the start',
    async (entry) => {
      const router = new Router();
      await expect(router.listen({ port: 0, origins: [entry] })).rejects.toThrow(TypeError);
      await expect(router.listen({ server: createServer(), origins: [entry] })).rejects.toThrow(TypeError);
    },
  );
});
