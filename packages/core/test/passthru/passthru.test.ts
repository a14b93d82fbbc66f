import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passthru, valueCodec } from '../../src/passthru/index.js';
import { cbor } from '../../src/serializer/cbor.js';
import { json } from '../../src/serializer/json.js';
import { msgpack } from '../../src/serializer/msgpack.js';
import { ProtocolError } from '../../src/wire/index.js';

const value = fc.jsonValue({ maxDepth: 4 }).filter((candidate) => !Object.is(candidate, -0));

describe.each([json(), cbor(), msgpack()])('$id', (serializer) => {
  const codec = valueCodec(serializer);

  test('a value comes back as it went in', () => {
    fc.assert(
      fc.property(value, (given) => {
        const back = codec.decode(codec.encode(given));
        expect(JSON.stringify(back)).toBe(JSON.stringify(given));
      }),
    );
  });

  test.each([
    ['nothing', []],
    ['two values', [...codec.encode(1), ...(serializer.id === 'json' ? [0x2c] : []), ...codec.encode(2)]],
    ['half a value', [...codec.encode('text')].slice(0, 3)],
  ])('%s is a ProtocolError', (_, bytes) => {
    expect(() => codec.decode(Uint8Array.from(bytes))).toThrow(ProtocolError);
  });

  test('what is packed travels as one binary with its scheme, and is unpacked at the other end', () => {
    const interceptor = passthru({ scheme: 'x_test', serializer });
    const sent = interceptor.send?.('publish', 'a.b', {
      args: [1, 'two'],
      kwargs: { three: 3 },
      options: { retain: true },
    });
    expect(sent).toMatchObject({
      kwargs: {},
      options: { retain: true, ppt_scheme: 'x_test', ppt_serializer: serializer.id },
    });
    expect(sent?.args).toEqual([expect.any(Uint8Array)]);
    if (!sent) throw new Error('nothing was sent');
    expect(interceptor.receive?.('event', 'a.b', sent)).toMatchObject({ args: [1, 'two'], kwargs: { three: 3 } });
  });
});

test('a cipher sees the packed bytes, and the key id that came with them', () => {
  const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
  const seen: unknown[] = [];
  const interceptor = passthru({
    scheme: 'x_flip',
    serializer: cbor(),
    cipher: {
      name: 'x_xor',
      keyId: 'k1',
      encrypt: flip,
      decrypt: (sealed, keyId) => {
        seen.push(keyId);
        return flip(sealed);
      },
    },
  });
  const sent = interceptor.send?.('call', 'a.b', { args: ['secret'], kwargs: {}, options: {} });
  expect(sent?.options).toEqual({ ppt_scheme: 'x_flip', ppt_serializer: 'cbor', ppt_cipher: 'x_xor', ppt_keyid: 'k1' });
  if (!sent) throw new Error('nothing was sent');
  expect(interceptor.receive?.('invocation', 'a.b', sent)?.args).toEqual(['secret']);
  expect(seen).toEqual(['k1']);
});

test('other topics, and payloads of another scheme, are left as they are', () => {
  const interceptor = passthru({ scheme: 'x_test', serializer: cbor(), applies: (uri) => uri.startsWith('secret.') });
  const open = { args: [1], kwargs: {}, options: {} };
  expect(interceptor.send?.('publish', 'open.topic', open)).toEqual(open);
  const foreign = { args: [new Uint8Array(3)], kwargs: {}, options: { ppt_scheme: 'mqtt' } };
  expect(interceptor.receive?.('event', 'secret.topic', foreign)).toBe(foreign);
});

test.each([
  ['no binary', ['text']],
  ['no dictionary', [valueCodec(cbor()).encode([1])]],
])('a payload of the scheme that is %s is a ProtocolError', (_, args) => {
  const interceptor = passthru({ scheme: 'x_test', serializer: cbor() });
  expect(() => interceptor.receive?.('event', 'a.b', { args, kwargs: {}, options: { ppt_scheme: 'x_test' } })).toThrow(
    ProtocolError,
  );
});
