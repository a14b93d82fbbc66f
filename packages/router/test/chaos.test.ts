import { cbor } from '@wigwag/core/serializer/cbor';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import { Code } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Router } from '../src/index.js';
import { connect, join } from './support/memory.js';
import { allRoles, until } from './support/peer.js';

const PEERS = 3;
const who = fc.nat(PEERS - 1);
const request = fc.integer({ min: 1, max: 6 });
const id = fc.integer({ min: 1, max: 6 });
const uri = fc.constantFrom('a.b', 'a.c', 'a', 'bad uri', '', 'a..b', 'wamp.x', 'x.y.z');
const match = fc.constantFrom('exact', 'prefix', 'wildcard');
const payload = fc.constantFrom<unknown[]>([], [[1]], [[Number.NaN]], [[], { k: 'v' }], [['x'.repeat(500)]]);
const flags = (...names: string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, fc.boolean()])), { requiredKeys: [] });

/** What clients say, in any order; most of it is right, if only by itself. */
const message: fc.Arbitrary<unknown[]> = fc.oneof(
  fc
    .tuple(request, flags('acknowledge', 'exclude_me', 'retain', 'disclose_me'), uri, payload)
    .map(([at, options, topic, rest]) => [Code.PUBLISH, at, options, topic, ...rest]),
  fc
    .tuple(request, match, fc.boolean(), uri)
    .map(([at, policy, retained, topic]) => [Code.SUBSCRIBE, at, { match: policy, get_retained: retained }, topic]),
  fc.tuple(request, id).map(([at, subscription]) => [Code.UNSUBSCRIBE, at, subscription]),
  fc
    .tuple(request, match, fc.constantFrom('single', 'roundrobin', 'first', 'last', 'random'), uri)
    .map(([at, policy, invoke, procedure]) => [Code.REGISTER, at, { match: policy, invoke }, procedure]),
  fc.tuple(request, id).map(([at, registration]) => [Code.UNREGISTER, at, registration]),
  fc
    .tuple(request, flags('receive_progress', 'disclose_me'), uri, payload)
    .map(([at, options, procedure, rest]) => [Code.CALL, at, options, procedure, ...rest]),
  fc.tuple(request, fc.constantFrom('skip', 'kill', 'killnowait')).map(([at, mode]) => [Code.CANCEL, at, { mode }]),
  fc.tuple(id, flags('progress'), payload).map(([at, options, rest]) => [Code.YIELD, at, options, ...rest]),
  fc.tuple(id, payload).map(([at, rest]) => [Code.ERROR, Code.INVOCATION, at, {}, 'a.error', ...rest]),
  fc.constantFrom<unknown[]>([Code.GOODBYE, {}, 'wamp.close.normal'], [Code.HELLO, 'realm1', {}], [99], []),
);

type Act = { readonly at: number } & (
  | { readonly say: unknown[] }
  | { readonly do: 'drop' | 'pause' | 'resume' | 'yield' }
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: fc.record({ at: who, say: message }), weight: 12 },
  { arbitrary: fc.record({ at: who, do: fc.constantFrom('drop', 'pause', 'resume', 'yield') }), weight: 2 },
);

test('whatever clients say, the router reports no error of its own, and nothing of them is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const router = new Router({
        limits: { maxOutbound: 2_000, maxInbound: 500, maxRetained: 3 },
        admit: (_member, { request: at }) => (at === 3 ? Promise.resolve(undefined) : undefined),
      });
      const errors: unknown[] = [];
      router.on('error', (error) => errors.push(error));
      const formats = [jsonSlices(), cbor(), msgpack()];
      const peers = formats.map((serializer) => connect(router, serializer));
      for (const peer of peers) await peer.join('realm1', allRoles);
      for (const each of acts) {
        const peer = peers[each.at];
        if (!peer) continue;
        if ('say' in each) {
          // A value that this peer's format cannot carry is not said.
          try {
            peer.say(...each.say);
          } catch {}
        } else if (each.do === 'drop') {
          peer.transport.terminate();
          const replacement = connect(router, formats[each.at]);
          replacement.say(Code.HELLO, 'realm1', allRoles);
          peers[each.at] = replacement;
        } else if (each.do === 'yield') await new Promise((resolve) => setImmediate(resolve));
        else peer.transport[each.do]();
      }
      const witness = await join(router);
      await witness.settled();
      for (const peer of [...peers, witness]) peer.transport.terminate();
      await until(() => router.stats().connections === 0);
      expect(errors).toEqual([]);
      expect(router.stats()).toMatchObject({
        sessions: 0,
        subscriptions: 0,
        registrations: 0,
        calls: 0,
        queuedBytes: 0,
      });
    }),
    { numRuns: 400 },
  );
});
