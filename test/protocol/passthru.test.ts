import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Interceptor, ReceivedEvent } from '@wigwag/core';
import { Testaments } from '@wigwag/core';
import { passthru } from '@wigwag/core/passthru';
import { cbor } from '@wigwag/core/serializer/cbor';
import { Code } from '@wigwag/core/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Format } from '../support/peers.js';
import { Stage } from '../support/peers.js';
import { Log } from '../support/until.js';
import { matrix } from './support/matrix.js';

let stage: Stage;
const crossed = new Log<unknown>();
beforeEach(async () => {
  crossed.entries.length = 0;
  stage = await Stage.open({
    admit: (_, message) => {
      if (message.code === Code.PUBLISH || message.code === Code.CALL) crossed.push(message.payload?.values.args);
      return undefined;
    },
  });
});
afterEach(() => stage.close());

/** AES in a mode that finds out about a wrong key; the first twelve bytes are the nonce, the last sixteen the tag. */
function sealed(key: Buffer): Interceptor {
  return passthru({
    scheme: 'x_test',
    serializer: cbor(),
    cipher: {
      name: 'aes256gcm',
      keyId: 'k1',
      encrypt(plain) {
        const nonce = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', key, nonce);
        return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
      },
      decrypt(bytes) {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
        decipher.setAuthTag(bytes.subarray(-16));
        return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]));
      },
    },
  });
}

test.each<[Format, Format]>([
  ['json', 'cbor'],
  ['msgpack', 'json'],
])('what is sealed crosses a router that cannot read it, from %s to %s', async (from, to) => {
  const key = randomBytes(32);
  const [one, two] = await Promise.all([
    stage.join('websocket', from, { interceptors: [sealed(key)] }),
    stage.join('rawsocket', to, { interceptors: [sealed(key)] }),
  ]);
  const events = new Log<ReceivedEvent>();
  await two.subscribe('secret.topic', events.push);
  await one.publish('secret.topic', ['the plan'], { kwargs: { at: 'dawn' }, acknowledge: true });
  const [event] = await events.first(1);
  expect(event?.args).toEqual(['the plan']);
  expect(event?.kwargs).toEqual({ at: 'dawn' });
  expect(event?.details).toMatchObject({ ppt_scheme: 'x_test', ppt_cipher: 'aes256gcm', ppt_keyid: 'k1' });

  await two.register('secret.sum', (args) => Number(args[0]) + Number(args[1]));
  expect(await one.call('secret.sum', [40, 2])).toBe(42);
  expect(crossed.entries).toEqual([[expect.any(Uint8Array)], [expect.any(Uint8Array)]]);
});

test('a wrong key rejects the call, and ends neither session', async () => {
  const errors = new Log<unknown>();
  const one = await stage.join('websocket', 'json', { interceptors: [sealed(randomBytes(32))] });
  const two = await stage.join('websocket', 'json', { interceptors: [sealed(randomBytes(32))], onError: errors.push });
  await two.register('secret.echo', (args) => args[0]);
  await expect(one.call('secret.echo', ['hi'])).rejects.toBeInstanceOf(Error);
  expect(errors.entries).toHaveLength(1);
  expect([one.state.type, two.state.type]).toEqual(['joined', 'joined']);
});

test("the router's own procedures are called as they are, and a testament is sealed once", async () => {
  const key = randomBytes(32);
  const [one, two] = await Promise.all([
    stage.join('websocket', 'json', { interceptors: [sealed(key)] }),
    stage.join('rawsocket', 'cbor', { interceptors: [sealed(key)] }),
  ]);
  expect(await one.call('wamp.session.count', [['anonymous']])).toBe(2);
  const heard = new Log<unknown>();
  await one.subscribe('secret.will', ({ args }) => heard.push(args));
  await new Testaments(two).add('secret.will', ['all', 'to you']);
  await two.close();
  expect(await heard.first(1)).toEqual([['all', 'to you']]);
});

matrix('payload_passthru_mode: what is sealed arrives, both ways, and in parts', async ({ connect }) => {
  const options = { interceptors: [sealed(randomBytes(32))] };
  const [one, two, other] = [await connect(options), await connect(options), await connect()];
  const [heard, unread] = [new Log<readonly unknown[]>(), new Log<readonly unknown[]>()];
  await two.subscribe('secret.topic', ({ args }) => heard.push(args));
  await other.subscribe('secret.topic', ({ args }) => unread.push(args));
  await one.publish('secret.topic', ['the plan', new Uint8Array([1, 2])], { acknowledge: true });
  expect(await heard.first(1)).toEqual([['the plan', new Uint8Array([1, 2])]]);
  expect(await unread.first(1)).toEqual([[expect.any(Uint8Array)]]);

  await two.register('secret.count', async function* ([to]: readonly unknown[]) {
    for (let n = 1; n <= Number(to); n++) yield n;
    return 'counted';
  });
  const stream = one.stream('secret.count', [3]);
  const parts: unknown[] = [];
  for await (const { args } of stream) parts.push(args[0]);
  expect(parts).toEqual([1, 2, 3]);
  expect((await stream.result).args).toEqual(['counted']);
});
