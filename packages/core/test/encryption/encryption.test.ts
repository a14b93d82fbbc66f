import { describe, expect, test } from 'vitest';
import { seal } from '../../src/encryption/ciphers.js';
import type { EncryptionOptions, PayloadKey } from '../../src/encryption/index.js';
import { DecryptionError, encryption } from '../../src/encryption/index.js';
import { packing } from '../../src/passthru/packing.js';
import { cbor } from '../../src/serializer/cbor.js';
import type { Content, ReceivedKind, SentKind } from '../../src/session/index.js';

const octets = (fill: number) => new Uint8Array(32).fill(fill);
const key = (id: string, uri: string, match: PayloadKey['match'] = 'exact', fill = 1): PayloadKey => ({
  id,
  key: octets(fill),
  uri,
  match,
});
const plain: Content = { args: [1n << 60n, 'two'], kwargs: { three: new Uint8Array([3]) }, options: { _trace: 'x' } };

/** Both ends of the wire. */
function ends(options: EncryptionOptions, other: EncryptionOptions = options) {
  const one = encryption(options);
  const two = encryption(other);
  return {
    send: (uri: string, content = plain, kind: SentKind = 'publish'): Content =>
      one.send?.(kind, uri, content) ?? content,
    receive: (uri: string, content: Content, kind: ReceivedKind = 'event'): Content =>
      two.receive?.(kind, uri, content) ?? content,
  };
}

describe.each(['xsalsa20poly1305', 'aes256gcm'] as const)('%s', (cipher) => {
  test('what is sealed is one binary that says how to open it, and opens to what it was', () => {
    const { send, receive } = ends({ keys: [key('k1', 'secret.topic')], cipher });
    const sealed = send('secret.topic');
    expect(sealed).toEqual({
      args: [expect.any(Uint8Array)],
      kwargs: {},
      options: { _trace: 'x', ppt_scheme: 'wamp', ppt_serializer: 'cbor', ppt_cipher: cipher, ppt_keyid: 'k1' },
    });
    expect(receive('secret.topic', sealed)).toMatchObject({ args: plain.args, kwargs: plain.kwargs });
  });
});

describe('a payload stays where it belongs, though one key is for many URIs', () => {
  const { send, receive } = ends({ keys: [key('k1', 'shop.', 'prefix')] });
  const failed: Content = { ...plain, error: 'shop.error.sold_out' };

  test.each<[string, SentKind, ReceivedKind, Content]>([
    ['a publication', 'publish', 'event', plain],
    ['a call', 'call', 'invocation', plain],
    ['a result', 'yield', 'result', plain],
    ['an error', 'error', 'error', failed],
  ])('%s arrives as what it is, and nowhere else', (_, sent, arrives, content) => {
    const sealed = { ...send('shop.order', content, sent), ...(content.error && { error: content.error }) };
    expect(receive('shop.order', sealed, arrives)).toMatchObject({ args: plain.args, kwargs: plain.kwargs });
    expect(() => receive('shop.other', sealed, arrives)).toThrow(DecryptionError);
    for (const kind of ['event', 'invocation', 'result', 'error'] as const) {
      if (kind !== arrives) expect(() => receive('shop.order', sealed, kind)).toThrow(/was sealed as/);
    }
  });

  test('an error keeps its URI', () => {
    const sealed = { ...send('shop.order', failed, 'error'), error: 'shop.error.paid' };
    expect(() => receive('shop.order', sealed, 'error')).toThrow(/sold_out.*paid/);
  });

  test('what a peer sealed that does not say where it belongs is taken', () => {
    const { pack } = packing(cbor());
    const args = [seal('xsalsa20poly1305', octets(1), pack({ args: ['theirs'], kwargs: {} }))];
    const options = { ppt_scheme: 'wamp', ppt_serializer: 'cbor', ppt_cipher: 'xsalsa20poly1305', ppt_keyid: 'k1' };
    expect(receive('shop.order', { args, kwargs: {}, options }).args).toEqual(['theirs']);
  });
});

test('a receiver opens what either cipher sealed, whichever it seals with itself', () => {
  const keys = [key('k1', 'secret.topic')];
  const { send, receive } = ends({ keys, cipher: 'aes256gcm' }, { keys, cipher: 'xsalsa20poly1305' });
  expect(receive('secret.topic', send('secret.topic')).args).toEqual(plain.args);
});

test('the most specific pattern seals: exact, then the longest prefix, then the wildcard that names most', () => {
  const keys = [
    key('w1', '..c', 'wildcard'),
    key('w2', 'a..c', 'wildcard'),
    key('p1', 'a.', 'prefix'),
    key('p2', 'a.b', 'prefix'),
    key('e', 'a.b.c'),
  ];
  const { send } = ends({ keys });
  const used = (uri: string) => send(uri).options.ppt_keyid;
  expect(['a.b.c', 'a.b.d', 'a.bc', 'a.x.c', 'b.x.c'].map(used)).toEqual(['e', 'p2', 'p2', 'p1', 'w1']);
  expect(used('b.x')).toBeUndefined();
  const wild = ends({ keys: keys.filter(({ match }) => match === 'wildcard') });
  expect(wild.send('a.x.c').options.ppt_keyid).toBe('w2');
});

test('of several keys for one pattern the first seals and all open, so that keys can be changed one side at a time', () => {
  const before = key('2025', 'secret.', 'prefix', 1);
  const after = key('2026', 'secret.', 'prefix', 2);
  const { send, receive } = ends({ keys: [before] }, { keys: [after, before] });
  expect(receive('secret.a', send('secret.a')).args).toEqual(plain.args);
});

test('keys given by a function are those of now', () => {
  let keys = [key('k1', 'secret.topic')];
  const { send } = ends({ keys: () => keys });
  expect(send('secret.topic').options.ppt_keyid).toBe('k1');
  keys = [key('k2', 'secret.topic')];
  expect(send('secret.topic').options.ppt_keyid).toBe('k2');
  keys = [];
  expect(send('secret.topic')).toBe(plain);
});

describe('refused with a DecryptionError that names URI and key', () => {
  const keys = [key('k1', 'secret.topic')];
  const sealed = ends({ keys }).send('secret.topic');
  const { receive } = ends({ keys });
  const options = (more: Content['options']): Content => ({ ...sealed, options: { ...sealed.options, ...more } });
  test.each<[string, string, Content]>([
    [
      'sealed with another key of that id',
      'secret.topic',
      ends({ keys: [key('k1', 'secret.topic', 'exact', 9)] }).send('secret.topic'),
    ],
    [
      'sealed with a key that this side does not have',
      'secret.topic',
      ends({ keys: [key('k9', 'secret.topic')] }).send('secret.topic'),
    ],
    ['moved to a topic that the key is not for', 'other.topic', sealed],
    ['with an unknown cipher', 'secret.topic', options({ ppt_cipher: 'rot13' })],
    ['with the name of what every object has', 'secret.topic', options({ ppt_cipher: 'constructor' })],
    ['under the other cipher', 'secret.topic', options({ ppt_cipher: 'aes256gcm' })],
    ['packed in a format that is not known', 'secret.topic', options({ ppt_serializer: 'flatbuffers' })],
    ['without a key id', 'secret.topic', options({ ppt_keyid: undefined })],
    ['that is no binary', 'secret.topic', { ...sealed, args: ['text'] }],
    ['that is empty', 'secret.topic', { ...sealed, args: [new Uint8Array(0)] }],
    ['in plain text', 'secret.topic', plain],
    ['of another scheme', 'secret.topic', { ...sealed, options: { ppt_scheme: 'mqtt' } }],
  ])('what came %s', (_, uri, content) => {
    expect(() => receive(uri, content)).toThrow(DecryptionError);
    expect(() => receive(uri, content)).toThrow(uri);
  });
});

test('plain text is taken where nobody has a key, of the router itself, and in its own errors only', () => {
  const { send, receive } = ends({ keys: [key('all', '', 'prefix')] });
  expect(send('wamp.session.get', plain, 'call')).toBe(plain);
  expect(receive('wamp.session.on_join', plain)).toBe(plain);
  const refused = { ...plain, error: 'wamp.error.not_authorized' };
  expect(receive('shop.order', refused, 'error')).toBe(refused);
  expect(() => receive('shop.order', { ...plain, error: 'shop.error.sold_out' }, 'error')).toThrow(DecryptionError);
  expect(ends({ keys: [key('k1', 'a.b')] }).receive('c.d', plain)).toBe(plain);
});

test.each<[string, () => unknown, RegExp]>([
  ['a short key', () => encryption({ keys: [{ id: 'k', key: new Uint8Array(16), uri: 'a' }] }), /"k".*32 octets/],
  ['no id', () => encryption({ keys: [{ id: '', key: octets(1), uri: 'a' }] }), /id/],
  ['an unknown cipher', () => encryption({ keys: [], cipher: JSON.parse('"rot13"') }), /rot13.*xsalsa20poly1305/],
])('%s is refused at once', (_, make, text) => {
  expect(make).toThrow(text);
});
