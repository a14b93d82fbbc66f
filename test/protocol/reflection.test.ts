import { Reflection } from '@wigwag/core';
import { afterEach, expect, test } from 'vitest';
import { carriers, formats, Stage } from '../support/peers.js';
import { Log } from '../support/until.js';

let stage: Stage;
afterEach(() => stage.close());

test.each(carriers.flatMap((carrier) => formats.map((format) => [carrier, format] as const)))(
  'over %s in %s, a client describes what it serves to others',
  async (carrier, format) => {
    stage = await Stage.open();
    const [one, other] = [await stage.join(carrier, format), await stage.join('websocket', 'json')];
    const [mine, theirs] = [new Reflection(one), new Reflection(other)];
    await mine.define('shop.price', { type: 'procedure', title: 'The price', args: [{ type: 'string' }] });
    await mine.define('shop.price', { type: 'procedure', title: 'The price of one thing', args: [{ type: 'string' }] });
    await mine.define('shop.', { type: 'topic', match: 'prefix' });
    const price = {
      uri: 'shop.price',
      type: 'procedure',
      title: 'The price of one thing',
      args: [{ type: 'string' }],
    };
    expect(await theirs.list('procedure')).toEqual(['shop.price']);
    expect(await theirs.describe('shop.price')).toEqual(price);
    expect(await theirs.describe('shop.price', 'procedure')).toEqual(price);
    expect(await theirs.describe('shop.price', 'error')).toBeUndefined();
    await theirs.undefine('procedure', 'shop.price');
    await mine.undefine('procedure', 'shop.price');
    expect(await theirs.list('procedure')).toEqual([]);
    expect(await theirs.list('topic')).toEqual(['shop.']);
  },
);

test('definitions are made again after a reconnect, the last of each; a list is fetched in parts', async () => {
  stage = await Stage.open({ limits: { maxListed: 2 } });
  const [one, other] = [
    await stage.join('websocket', 'cbor', { backoff: { initial: 1 } }),
    await stage.join('websocket', 'json'),
  ];
  const [mine, theirs] = [new Reflection(one), new Reflection(other)];
  for (const uri of ['a', 'b', 'c', 'd', 'e']) await mine.define(uri, { type: 'topic', title: 'old' });
  await mine.define('e', { type: 'topic', title: 'new' });
  await mine.undefine('topic', 'a');
  const defined = new Log<unknown>();
  await other.subscribe('wamp.reflect.on_define', ({ args }) => defined.push([args[0], args[2]]));
  const session = one.state.type === 'joined' ? one.state.session : 0;
  await other.call('wamp.session.kill', [session], { kwargs: { reason: 'wamp.close.system_shutdown' } });
  expect(await defined.first(4)).toEqual(['b', 'c', 'd', 'e'].map((uri) => [uri, true]));
  expect(await theirs.list('topic')).toEqual(['b', 'c', 'd', 'e']);
  expect(await theirs.describe('e')).toMatchObject({ title: 'new' });
});

test('a router without reflection is not asked for it', async () => {
  stage = await Stage.open({ reflection: false });
  const mine = new Reflection(await stage.join('websocket', 'json'));
  await expect(mine.define('a', { type: 'topic' })).rejects.toMatchObject({ code: 'FEATURE_NOT_SUPPORTED' });
});
