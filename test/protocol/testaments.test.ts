import type { Client, ReceivedEvent } from '@wigwag/core';
import { Testaments } from '@wigwag/core';
import { encryption } from '@wigwag/core/encryption';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { carriers, formats, Stage } from '../support/peers.js';
import { Log } from '../support/until.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const idOf = (client: Client) => (client.state.type === 'joined' ? client.state.session : 0);

test.each(carriers.flatMap((carrier) => formats.map((format) => [carrier, format] as const)))(
  'over %s in %s, a client leaves word of its end',
  async (carrier, format) => {
    const [observer, mortal] = [await stage.join('websocket', 'json'), await stage.join(carrier, format)];
    const heard = new Log<unknown>();
    await observer.subscribe('shop.', ({ topic, args, kwargs }: ReceivedEvent) => heard.push([topic, args, kwargs]), {
      match: 'prefix',
    });
    const testaments = new Testaments(mortal);
    await testaments.add('shop.never', [], { scope: 'detached' });
    await testaments.add('shop.till', ['closed'], { kwargs: { by: 'its end' } });
    expect(await testaments.flush('detached')).toBe(1);
    await mortal.close();
    expect(await heard.first(1)).toEqual([['shop.till', ['closed'], { by: 'its end' }]]);
  },
);

test('a testament is made again after a reconnect, and one that was taken back is not', async () => {
  const observer = await stage.join('websocket', 'json');
  const heard = new Log<unknown>();
  await observer.subscribe('shop.', ({ topic }: ReceivedEvent) => heard.push(topic), { match: 'prefix' });
  const mortal = await stage.join('rawsocket', 'cbor', { backoff: { initial: 1 } });
  const testaments = new Testaments(mortal);
  await testaments.add('shop.forever');
  await testaments.add('shop.once', [], { scope: 'detached' });
  const kill = async (reason: string) => {
    const before = idOf(mortal);
    await observer.call('wamp.session.kill', [before], { kwargs: { reason } });
    if (reason === 'wamp.close.system_shutdown') {
      await new Promise<void>((resolve) => {
        mortal.on('state', (state) => state.type === 'joined' && resolve());
      });
    }
  };
  await kill('wamp.close.system_shutdown');
  expect(await heard.first(2)).toEqual(['shop.once', 'shop.forever']);
  await testaments.flush('detached');
  await kill('wamp.close.normal');
  expect((await heard.first(3)).at(2)).toEqual('shop.forever');
});

test('a testament on a topic with a key is sealed', async () => {
  const keys = [{ id: 'k1', uri: 'secret.', match: 'prefix' as const, key: new Uint8Array(32).fill(7) }];
  const [reader, observer] = [
    await stage.join('websocket', 'json', { interceptors: [encryption({ keys })] }),
    await stage.join('websocket', 'msgpack'),
  ];
  const mortal = await stage.join('memory', 'cbor', { interceptors: [encryption({ keys })] });
  const [read, seen] = [new Log<unknown>(), new Log<readonly unknown[]>()];
  await reader.subscribe('secret.till', ({ args }) => read.push(args));
  await observer.subscribe('secret.till', ({ args }) => seen.push(args));
  await new Testaments(mortal).add('secret.till', ['combination', 42]);
  await mortal.close();
  expect(await read.first(1)).toEqual([['combination', 42]]);
  expect(await seen.first(1)).toEqual([[expect.any(Uint8Array)]]);
});

test('what the router refuses rejects, and is not tried again', async () => {
  const mortal = await stage.join('websocket', 'json');
  const testaments = new Testaments(mortal);
  await expect(testaments.add('wamp.session.on_join')).rejects.toMatchObject({ uri: 'wamp.error.invalid_uri' });
  await expect(testaments.add('not a topic')).rejects.toMatchObject({ code: 'INVALID_URI' });
  expect(await testaments.flush()).toBe(0);
});
