import { afterEach, expect } from 'vitest';
import type { ClientSubscribeOptions } from '../../src/client/index.js';
import { Client, recovery } from '../../src/client/index.js';
import type { EventsMissedError } from '../../src/session/index.js';
import type { Call, Dict } from '../../src/wire/index.js';
import { Code, Payload, roles } from '../../src/wire/index.js';
import { RouterFarm } from './router-farm.js';
import type { ScriptedRouter } from './scripted-router.js';

const withHistory = {
  roles: roles({ broker: ['event_history', 'pattern_based_subscription', 'sharded_subscription'], dealer: [] }),
};
const SUBSCRIPTION = 7;
const EPOCH = 'one';

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

/** A client with recovery at a scripted router; `again` takes its next connection, and the subscription on it. */
export async function connect(details: Dict = withHistory) {
  const farm = new RouterFarm();
  const reported: unknown[] = [];
  const client = new Client(farm.connector, {
    realm: 'realm1',
    backoff: { initial: 1, max: 1 },
    leaveTimeout: 1,
    recovery: recovery(),
    onError: (error) => reported.push(error),
  });
  clients.push(client);
  const connected = client.connect();
  const router = await farm.next();
  await router.welcome(details);
  await connected;
  const again = async (announced: Dict = details) => {
    const next = await farm.next();
    await next.welcome(announced);
    await accept(next);
    return next;
  };
  return { client, router, again, reported };
}

/** Answers the subscription that comes next. */
export async function accept(router: ScriptedRouter): Promise<void> {
  const { request } = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request, subscription: SUBSCRIPTION });
}

/** The question for history that comes next; its filters. */
export async function asked(router: ScriptedRouter): Promise<{ call: Call; filters: Dict }> {
  const call = await router.expect(Code.CALL);
  expect([call.procedure, call.payload?.values.args]).toEqual(['wamp.subscription.get_events', [SUBSCRIPTION]]);
  return { call, filters: call.payload?.values.kwargs ?? {} };
}

/** Answers a question for history. */
export function answer(router: ScriptedRouter, { call }: { call: Call }, events: readonly Dict[], kwargs?: Dict): void {
  router.send({ code: Code.RESULT, request: call.request, details: {}, payload: Payload.of([events], kwargs) });
}

/** An event in an answer; with a place where it is our own router's. */
export const record = (publication: number, details: Dict = {}): Dict => ({
  timestamp: '2026-11-25T12:00:00.000Z',
  subscription: SUBSCRIPTION,
  publication,
  details,
  args: [publication],
});
/** Where our own router says that an event stands. */
export const place = (seq: number, epoch = EPOCH) => ({ _seq: seq, _epoch: epoch });
/** What our own router says of an answer. */
export const says = (seq: number, more: Dict = {}): Dict => ({
  complete: true,
  _more: false,
  _covered: true,
  _dropped: 0,
  ...place(seq),
  ...more,
});

/** Sends an event, or the notice of a gap. */
export function live(router: ScriptedRouter, publication: number, details: Dict = {}): void {
  const payload = details._gap ? undefined : Payload.of([publication]);
  router.send({ code: Code.EVENT, subscription: SUBSCRIPTION, publication, details, payload });
}

/** Subscribes; `answers` is what the router says when it is asked where its history stands. */
export async function subscribe(
  { client, router }: { client: Client; router: ScriptedRouter },
  answers: readonly [events: readonly Dict[], kwargs?: Dict],
  options: ClientSubscribeOptions = {},
) {
  const heard: unknown[] = [];
  const missed: EventsMissedError[] = [];
  const pending = client.subscribe('a.b', ({ args }) => void heard.push(args[0]), {
    onMissed: (error) => missed.push(error),
    ...options,
  });
  await accept(router);
  const question = await asked(router);
  expect(question.filters).toEqual({ reverse: true, limit: 1 });
  answer(router, question, ...answers);
  return { heard, missed, subscription: await pending };
}
