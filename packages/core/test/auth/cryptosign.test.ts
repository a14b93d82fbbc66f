import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ChannelBinding, Join } from '../../src/auth/index.js';
import { cryptosign, cryptosignPublicKey, cryptosignSignature } from '../../src/auth/index.js';
import type { Dict } from '../../src/wire/index.js';
import { Code } from '../../src/wire/index.js';

interface Vector {
  readonly channel_id: string | null;
  readonly private_key: string;
  readonly challenge: string;
  readonly signature: string;
}
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('fixtures/cryptosign.json', import.meta.url), 'utf8'),
);
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

test.each(vectors)('vector $#: $challenge signed with channel id $channel_id', async (vector) => {
  const channelId = vector.channel_id === null ? undefined : bytes(vector.channel_id);
  expect(await cryptosignSignature(vector.private_key, vector.challenge, channelId)).toBe(vector.signature);
});

test('the public key is that of RFC 8032, 7.1, test 1', async () => {
  expect(await cryptosignPublicKey('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')).toBe(
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
});

describe('the client', () => {
  const [plain, , , bound] = vectors;
  if (!plain || !bound) throw new Error('the vectors are incomplete');
  const auth = (channelBinding?: ChannelBinding) =>
    cryptosign({ privateKey: async () => plain.private_key, ...(channelBinding && { channelBinding }) });
  const prove = (extra: Dict, binding?: ChannelBinding, channelId?: Uint8Array) => {
    const details = { authextra: { channel_binding: binding ?? null } };
    const join: Join = { hello: { code: Code.HELLO, realm: 'realm1', details }, channelId: () => channelId };
    return auth(binding).prove?.({ code: Code.CHALLENGE, method: 'cryptosign', extra }, join);
  };

  test('says its public key, and what binding it wants', async () => {
    const pubkey = await cryptosignPublicKey(plain.private_key);
    expect(await auth().identify?.()).toEqual({ authid: undefined, authextra: { pubkey, channel_binding: null } });
    expect(await auth('tls-unique').identify?.()).toMatchObject({ authextra: { channel_binding: 'tls-unique' } });
  });

  test('signs what the router drew, with the channel id where one is wanted', async () => {
    const { challenge } = plain;
    expect(await prove({ challenge, channel_binding: null })).toEqual({ signature: plain.signature });
    expect(await prove({ challenge })).toEqual({ signature: plain.signature });
    const id = bytes(bound.channel_id ?? '');
    expect(await prove({ challenge, channel_binding: 'tls-exporter' }, 'tls-exporter', id)).toEqual({
      signature: bound.signature,
    });
    const finished = bytes('00112233445566778899aabb');
    const hashed = new Uint8Array(createHash('sha256').update(finished).digest());
    expect(await prove({ challenge, channel_binding: 'tls-unique' }, 'tls-unique', finished)).toEqual({
      signature: await cryptosignSignature(plain.private_key, challenge, hashed),
    });
  });

  test.each([
    ['without the binding that it wants', {}, 'tls-exporter'],
    ['with another binding', { channel_binding: 'tls-unique' }, 'tls-exporter'],
    ['with a binding that it does not want', { channel_binding: 'tls-unique' }, undefined],
    ['with the binding, where its own transport has none', { channel_binding: 'tls-exporter' }, 'tls-exporter'],
    ['that is too short', { challenge: 'ff' }, undefined],
    ['that is no hex', { challenge: 'x'.repeat(64) }, undefined],
  ] as const)('refuses a challenge %s', async (_name, extra, binding) => {
    await expect(prove({ challenge: plain.challenge, ...extra }, binding)).rejects.toMatchObject({
      code: 'AUTHENTICATION',
    });
  });
});
