import { cbor } from '@wigwag/core/serializer/cbor';
import { Payload, ReceivedPayload } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { HistoryLog, HistoryQuery, HistoryStore, Publication, Retention } from '../../src/index.js';

const all: Retention = { match: 'prefix', uri: '', limit: 1_000, bytes: 1e9, age: 1e9 };
const publisher = { id: 1, authid: 'a', authrole: 'r' };
const event = (id: number, topic = 'a.b', text = ''): Publication => {
  const payload = Payload.of([id, text]);
  return { id, topic, options: {}, publisher, payload, size: payload?.slice(cbor()).data.length ?? 0 };
};

async function read(log: HistoryLog, query: Partial<HistoryQuery> = {}): Promise<number[]> {
  const { events } = await log.read({ rules: [all], match: 'prefix', uri: '', limit: 1_000, ...query });
  return events.map(({ publication }) => publication.id);
}

/** What every engine of the history port must do. @param make a store whose clock shows what `now` says */
export function storeContract(name: string, make: (now: () => number) => HistoryStore): void {
  describe(`the ${name} store`, () => {
    test('gives events back in the order they were stored, with places that grow from 1', async () => {
      const log = make(() => 7_000).open('shop');
      expect(log.head).toBe(0);
      expect([11, 5, 8].map((id) => log.append(event(id), all))).toEqual([1, 2, 3]);
      expect(await read(log)).toEqual([11, 5, 8]);
      expect(await read(log, { reverse: true })).toEqual([8, 5, 11]);
      expect(log).toMatchObject({ head: 3, size: 3 });
      const { events } = await log.read({ rules: [all], match: 'exact', uri: 'a.b', limit: 1 });
      expect(events).toMatchObject([{ seq: 1, time: 7_000, publication: { topic: 'a.b', publisher } }]);
      expect(events[0]?.publication.payload?.values.args).toEqual([11, '']);
    });

    test('knows the place of what it keeps, and stores nothing twice', async () => {
      const log = make(() => 0).open('shop');
      log.append(event(11), all);
      log.append(event(12), all);
      expect(log.append(event(11), all)).toBe(1);
      expect(await Promise.all([11, 12, 13].map((id) => log.seqOf(id)))).toEqual([1, 2, undefined]);
      expect(await read(log)).toEqual([11, 12]);
    });

    test('reads between two places, forwards and backwards, no more than asked for', async () => {
      const log = make(() => 0).open('shop');
      for (let id = 1; id <= 9; id++) log.append(event(id), all);
      expect(await read(log, { afterSeq: 2, beforeSeq: 6 })).toEqual([3, 4, 5]);
      expect(await read(log, { afterSeq: 2, beforeSeq: 6, reverse: true, limit: 2 })).toEqual([5, 4]);
      expect(await read(log, { afterSeq: 7, limit: 1 })).toEqual([8]);
      expect(await read(log, { afterSeq: 9 })).toEqual([]);
      expect(await read(log, { afterSeq: 6, beforeSeq: 3 })).toEqual([]);
    });

    test('reads a topic, a prefix and a wildcard from one order of several rules', async () => {
      const log = make(() => 0).open('shop');
      const [x, y]: [Retention, Retention] = [
        { ...all, uri: 'x.' },
        { ...all, uri: 'y.' },
      ];
      const topics = ['x.a', 'y.a', 'x.b', 'y.b', 'x.a', 'y.a'];
      topics.forEach((topic, at) => {
        log.append(event(at + 1, topic), topic.startsWith('x') ? x : y);
      });
      const rules = [x, y];
      expect(await read(log, { rules })).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await read(log, { rules, reverse: true })).toEqual([6, 5, 4, 3, 2, 1]);
      expect(await read(log, { rules, match: 'wildcard', uri: '.a' })).toEqual([1, 2, 5, 6]);
      expect(await read(log, { rules, match: 'exact', uri: 'y.a' })).toEqual([2, 6]);
      expect(await read(log, { rules: [x], uri: 'x' })).toEqual([1, 3, 5]);
    });

    test('drops the oldest over the rule’s count, bytes and age, and says what it dropped last', async () => {
      let now = 1_000;
      const store = make(() => now);
      const few = { ...all, limit: 3 };
      const counted = store.open('counted');
      for (let id = 1; id <= 5; id++) counted.append(event(id), few);
      expect(await read(counted, { rules: [few] })).toEqual([3, 4, 5]);
      const page = await counted.read({ rules: [few], match: 'exact', uri: 'a.b', limit: 1, afterSeq: 3 });
      expect(page.dropped).toEqual({ seq: 2, time: 1_000 });
      expect(await counted.seqOf(2)).toBeUndefined();
      expect(counted).toMatchObject({ head: 5, size: 3 });

      const small = { ...all, bytes: 20_000 };
      const weighed = store.open('weighed');
      for (let id = 1; id <= 5; id++) weighed.append(event(id, 'a.b', 'x'.repeat(8_000)), small);
      expect(await read(weighed, { rules: [small] })).toEqual([4, 5]);

      const short = { ...all, age: 100 };
      const aged = store.open('aged');
      aged.append(event(1), short);
      now += 60;
      aged.append(event(2), short);
      expect((await aged.read({ rules: [short], match: 'exact', uri: 'a.b', limit: 9 })).dropped).toBeUndefined();
      now += 60;
      expect(await read(aged, { rules: [short] })).toEqual([2]);
      now += 60;
      expect(await read(aged, { rules: [short], match: 'exact', uri: 'a.b' })).toEqual([]);
      expect(aged.size).toBe(0);
    });

    test('what is dropped under one rule is nothing to the others', async () => {
      const log = make(() => 0).open('shop');
      const [busy, quiet]: [Retention, Retention] = [
        { ...all, uri: 'busy', match: 'exact', limit: 2 },
        { ...all, uri: 'quiet', match: 'exact' },
      ];
      log.append(event(1, 'quiet'), quiet);
      for (let id = 2; id <= 9; id++) log.append(event(id, 'busy'), busy);
      const page = await log.read({ rules: [quiet], match: 'exact', uri: 'quiet', limit: 9 });
      expect(page.dropped).toBeUndefined();
      expect(page.events.map(({ seq }) => seq)).toEqual([1]);
      expect(await read(log, { rules: [busy, quiet] })).toEqual([1, 8, 9]);
    });

    test('keeps a copy of the payload, and nothing that its readers derive of it', async () => {
      const log = make(() => 0).open('shop');
      const { data, ...slice } = cbor().encodePayload({ args: ['before'], kwargs: undefined });
      if (typeof data === 'string') throw new Error('CBOR is bytes');
      const buffer = new Uint8Array([...data, 0, 0, 0]);
      const received = new ReceivedPayload(cbor(), { ...slice, data: buffer.subarray(0, data.length) });
      log.append({ ...event(1), payload: received }, all);
      buffer.fill(0);
      const readOne = async () =>
        (await log.read({ rules: [all], match: 'exact', uri: 'a.b', limit: 1 })).events[0]?.publication.payload;
      const first = await readOne();
      expect(first?.values.args).toEqual(['before']);
      expect((await readOne())?.values.args).not.toBe(first?.values.args);
    });

    test('has one log a realm, and the same one for who opens it again', async () => {
      const store = make(() => 0);
      store.open('shop').append(event(1), all);
      expect(await read(store.open('shop'))).toEqual([1]);
      expect(await read(store.open('bank'))).toEqual([]);
      expect(store.open('shop').epoch).toBe(store.open('shop').epoch);
      expect(make(() => 0).open('shop').epoch).not.toBe('');
    });
  });
}
