import { Code } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';

/** What one of three sessions does. */
const who = fc.integer({ min: 0, max: 2 });
const uri = fc.constantFrom('a', 'b', 'c');
const scope = fc.constantFrom('detached' as const, 'destroyed' as const);
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), who, uri, scope }),
  fc.record({ do: fc.constant('flush' as const), who, scope }),
  fc.record({ do: fc.constant('define' as const), who, uri }),
  fc.record({ do: fc.constant('undefine' as const), who, uri }),
  fc.record({ do: fc.constant('leave' as const), who }),
);

/** What a session has made, in the order in which it made it. */
interface Model {
  testaments: { readonly uri: string; readonly scope: 'detached' | 'destroyed'; readonly text: string }[];
}

test('whatever sessions leave, take back, describe and take back again: what is published and known is what a list says, and nothing stays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const router = new Router();
      const observer = await join(router);
      await observer.subscribe('', { match: 'prefix' });
      const peers = [await join(router), await join(router), await join(router)];
      const models: Model[] = peers.map(() => ({ testaments: [] }));
      /** Who describes a topic, the first one first. */
      const defined = new Map<string, number[]>();
      const expected: string[] = [];
      const gone = new Set<number>();

      const leave = async (at: number) => {
        const [peer, model] = [peers[at], models[at]];
        if (!peer || !model || gone.has(at)) return;
        gone.add(at);
        const of = (wanted: string) => model.testaments.filter((each) => each.scope === wanted);
        for (const { text } of [...of('detached'), ...of('destroyed')]) expected.push(text);
        for (const [topic, all] of defined) {
          const rest = all.filter((each) => each !== at);
          if (rest.length === 0) defined.delete(topic);
          else defined.set(topic, rest);
        }
        peer.transport.terminate();
        await peer.closed;
      };

      for (const [at, action] of steps.entries()) {
        const [peer, model] = [peers[action.who], models[action.who]];
        if (!peer || !model || gone.has(action.who)) continue;
        const call = async (procedure: string, args: readonly unknown[], kwargs: object = {}) => {
          const [, , , results] = await peer.ask(Code.CALL, {}, procedure, args, kwargs);
          return Array.isArray(results) ? results[0] : undefined;
        };
        if (action.do === 'add') {
          const text = `${at}`;
          await call('wamp.session.add_testament', [action.uri, [text]], { scope: action.scope });
          model.testaments.push({ uri: action.uri, scope: action.scope, text });
        } else if (action.do === 'flush') {
          const before = model.testaments.length;
          model.testaments = model.testaments.filter((each) => each.scope !== action.scope);
          const count = await call('wamp.session.flush_testaments', [], { scope: action.scope });
          expect(count).toBe(before - model.testaments.length);
        } else if (action.do === 'define') {
          const all = defined.get(action.uri) ?? [];
          const title = `by ${action.who}`;
          const answer = await call('wamp.reflect.define', [action.uri, { type: 'topic', title }]);
          expect(answer).toBe(all.length === 0 ? true : all[0] === action.who ? false : null);
          if (!all.includes(action.who)) defined.set(action.uri, [...all, action.who]);
        } else if (action.do === 'undefine') {
          const all = defined.get(action.uri) ?? [];
          const rest = all.filter((each) => each !== action.who);
          expect(await call('wamp.reflect.define', [action.uri, null])).toBe(rest.length < all.length ? true : null);
          if (rest.length === 0) defined.delete(action.uri);
          else defined.set(action.uri, rest);
        } else await leave(action.who);

        for (const [topic, [first]] of defined) {
          const [, , , results] = await observer.ask(Code.CALL, {}, 'wamp.reflect.describe', [topic]);
          expect(results).toMatchObject([{ title: `by ${first}` }]);
        }
        const left = models.filter((_, index) => !gone.has(index)).flatMap(({ testaments }) => testaments);
        expect(router.stats()).toMatchObject({ testaments: left.length, definitions: defined.size });
      }
      for (const at of peers.keys()) await leave(at);
      await observer.settled();
      const heard = observer
        .of(Code.EVENT)
        .filter(([, , , details]) => /"topic":"[abc]"/.test(JSON.stringify(details)))
        .flatMap(([, , , , args]) => args);
      expect(heard).toEqual(expected);
      expect(router.stats()).toMatchObject({ testaments: 0, definitions: 0, sessions: 1 });
    }),
    { numRuns: 60 },
  );
});
