import { describe, expect, test } from 'vitest';
import { Addresses } from '../../src/listen/addresses.js';
import { Proxies } from '../../src/listen/proxies.js';

const proxies = new Proxies(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);

describe('whose request it is', () => {
  test.each([
    ['nobody says', '203.0.113.9', {}, '203.0.113.9'],
    ['a stranger says', '203.0.113.9', { 'x-forwarded-for': '192.0.2.1' }, '203.0.113.9'],
    ['a proxy says', '10.1.2.3', { 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
    ['a proxy says, in the clothes of IPv6', '::ffff:10.1.2.3', { 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
    ['two proxies say', '10.1.2.3', { 'x-forwarded-for': '192.0.2.1, 10.9.9.9' }, '192.0.2.1'],
    [
      'the client says, and a proxy wrote behind that whose it is',
      '10.1.2.3',
      { 'x-forwarded-for': '198.51.100.1, 192.0.2.1' },
      '192.0.2.1',
    ],
    ['a proxy does not say', '10.1.2.3', {}, '10.1.2.3'],
    ['a proxy hides', '10.1.2.3', { forwarded: 'for=_hidden' }, '10.1.2.3'],
    ['a proxy does not know', '10.1.2.3', { forwarded: 'for=unknown' }, '10.1.2.3'],
    ['a proxy says nonsense', '10.1.2.3', { 'x-forwarded-for': 'evil,,' }, '10.1.2.3'],
    ['a proxy says with a port', '10.1.2.3', { 'x-forwarded-for': '192.0.2.1:4711' }, '192.0.2.1'],
    ['a proxy says in IPv6', 'fd00::1', { 'x-forwarded-for': '2001:DB8::1' }, '2001:db8::1'],
    ['a proxy says by the standard', '10.1.2.3', { forwarded: 'for=192.0.2.1;proto=https;by=10.1.2.3' }, '192.0.2.1'],
    [
      'a proxy says in both ways',
      '10.1.2.3',
      { forwarded: 'for=192.0.2.1', 'x-forwarded-for': '192.0.2.1' },
      '192.0.2.1',
    ],
    [
      'the client says in the way that its proxy does not know',
      '10.1.2.3',
      { forwarded: 'for=198.51.100.1', 'x-forwarded-for': '192.0.2.1' },
      '10.1.2.3',
    ],
    [
      'proxies say by the standard',
      '10.1.2.3',
      { forwarded: 'for="[2001:db8::1]:4711", proto=http; For=10.7.7.7' },
      '2001:db8::1',
    ],
    ['only proxies are there', '10.1.2.3', { 'x-forwarded-for': '10.0.0.1' }, '10.0.0.1'],
  ])('when %s', (_name, remote, headers, client) => {
    expect(proxies.clientOf(remote, headers)).toBe(client);
  });

  test.each(['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', 'fd00::/129', ''])('%j is no proxy', (entry) => {
    expect(() => new Proxies([entry])).toThrow(TypeError);
  });
});

describe('the connections of an address', () => {
  test('are counted, up to the limit, and free again when they end', () => {
    const addresses = new Addresses(2);
    expect(addresses.enter('192.0.2.1')).toBe(true);
    expect(addresses.enter('::ffff:192.0.2.1')).toBe(true);
    expect(addresses.enter('192.0.2.1')).toBe(false);
    expect(addresses.enter('192.0.2.2')).toBe(true);
    addresses.leave('192.0.2.1');
    expect(addresses.enter('192.0.2.1')).toBe(true);
    expect(addresses.enter('192.0.2.1')).toBe(false);
    addresses.leave('::ffff:192.0.2.1');
    expect(addresses.enter('192.0.2.1')).toBe(true);
  });

  test('are those of a network of 2^64 in IPv6, where one host has so many', () => {
    const addresses = new Addresses(1);
    expect(addresses.enter('2001:db8:0:1::1')).toBe(true);
    for (const same of ['2001:db8:0:1::2', '2001:0db8:0000:0001:ffff:1:2:3', '2001:db8:0:1:a::']) {
      expect(addresses.enter(same)).toBe(false);
    }
    for (const other of ['2001:db8::1', '2001:db8:0:2::1', '::1', 'fe80::1%eth0']) {
      expect(addresses.enter(other)).toBe(true);
    }
  });
});
