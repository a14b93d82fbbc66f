import { randomBytes } from 'node:crypto';
import type { ReceivedEvent } from '@wigwag/core';
import { WampError } from '@wigwag/core';
import { DecryptionError, encryption } from '@wigwag/core/encryption';
import { Code } from '@wigwag/core/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Carrier, Format } from '../support/peers.js';
import { Stage } from '../support/peers.js';
import { Log } from '../support/until.js';

const carriers: Carrier[] = ['memory', 'websocket', 'rawsocket'];
const formats: Format[] = ['json', 'cbor', 'msgpack'];

let stage: Stage;
/** What the router could read of what is published and called. */
const readable = new Log<unknown>();
beforeEach(async () => {
  readable.entries.length = 0;
  stage = await Stage.open({
    admit: (_, message) => {
      if (message.code === Code.PUBLISH || message.code === Code.CALL) readable.push(message.payload?.values.args);
      return undefined;
    },
  });
});
afterEach(() => stage.close());

const keysFor = (key = new Uint8Array(randomBytes(32))) => ({
  interceptors: [encryption({ keys: [{ id: 'k1', key, uri: 'secret.', match: 'prefix' }] })],
});

describe.each(carriers)('over %s', (carrier) => {
  test.each(formats)('in %s, events, calls, results in parts and errors are sealed', async (format) => {
    const options = { ...keysFor(), onError: () => {} };
    const [one, two, keyless] = await Promise.all([
      stage.join(carrier, format, options),
      stage.join(carrier, format, options),
      stage.join(carrier, format),
    ]);
    const events = new Log<ReceivedEvent>();
    await two.subscribe('secret.topic', events.push);
    await one.publish('secret.topic', ['the plan'], { kwargs: { at: 'dawn' }, acknowledge: true });
    const [event] = await events.first(1);
    expect([event?.args, event?.kwargs]).toEqual([['the plan'], { at: 'dawn' }]);

    await two.register('secret.proc', async (args, { progress }) => {
      if (args[0] === 'fail') throw new WampError('shop.error.no', ['secret reason']);
      await progress('first');
      return ['last', args[0]];
    });
    const report = one.stream('secret.proc', ['x']);
    const parts: unknown[] = [];
    for await (const part of report) parts.push(part.args[0]);
    expect(parts).toEqual(['first']);
    expect((await report.result).args).toEqual([['last', 'x']]);
    await expect(one.call('secret.proc', ['fail'])).rejects.toMatchObject({
      uri: 'shop.error.no',
      args: ['secret reason'],
    });
    for (const args of readable.entries) expect(args).toEqual([expect.any(Uint8Array)]);
    expect(readable.entries).toHaveLength(3);

    // Who has no key sees what the router saw of the answers.
    await keyless.register('secret.open', () => 'plain');
    await expect(keyless.call('secret.open')).resolves.toBe('plain');
    const refused = one.call('secret.open');
    await expect(refused).rejects.toThrow(DecryptionError);
    await expect(keyless.call('secret.proc', ['x'])).rejects.toMatchObject({ uri: 'wigwag.error.runtime_error' });
  });
});

test('a wrong key is a DecryptionError at each end, and ends neither session', async () => {
  const errors = new Log<unknown>();
  const one = await stage.join('websocket', 'json', keysFor());
  const two = await stage.join('websocket', 'cbor', { ...keysFor(), onError: errors.push });
  await two.subscribe('secret.topic', (event) => void event.args);
  await two.register('secret.echo', (args) => args[0]);
  await one.publish('secret.topic', ['hi'], { acknowledge: true });
  await expect(one.call('secret.echo', ['hi'])).rejects.toThrow(DecryptionError);
  const seen = await errors.first(2);
  expect(seen.every((error) => error instanceof DecryptionError)).toBe(true);
  expect([one.state.type, two.state.type]).toEqual(['joined', 'joined']);
});

test('topics without a key stay open to all, and so does the meta API', async () => {
  const one = await stage.join('websocket', 'json', keysFor());
  const keyless = await stage.join('websocket', 'json');
  const events = new Log<ReceivedEvent>();
  await keyless.subscribe('open.topic', events.push);
  await one.publish('open.topic', ['for all'], { acknowledge: true });
  expect((await events.first(1))[0]?.args).toEqual(['for all']);
  expect(await one.call('wamp.session.count')).toBeGreaterThanOrEqual(2);
});
