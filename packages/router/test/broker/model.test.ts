import { Code } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Router } from '../../src/index.js';
import { join } from '../support/memory.js';
import type { Message, Peer } from '../support/peer.js';
import { until } from '../support/peer.js';

// What several sessions do, in any order, against a small and slow model of what the specification says they then hear.

const SLOTS = 4;
const slot = fc.nat(SLOTS - 1);
const slots = fc.subarray([0, 1, 2, 3], { minLength: 0 });
const authids = fc.subarray(['ann', 'bob']);
const authroles = fc.subarray(['staff', 'guest']);
const topic = fc.constantFrom('a', 'a.b', 'a.c', 'ab.c', 'x.b');
const pattern = fc.constantFrom(
  ...(['a', 'a.b', 'a.c', 'x.b'] as const).map((uri) => ({ match: 'exact', uri }) as const),
  ...(['x', 'a', 'a.', 'ab'] as const).map((uri) => ({ match: 'prefix', uri }) as const),
  ...(['.', '.b', 'a.'] as const).map((uri) => ({ match: 'wildcard', uri }) as const),
);
type Pattern = { readonly match: 'exact' | 'prefix' | 'wildcard'; readonly uri: string };

const lists: fc.Arbitrary<Lists> = fc.record(
  {
    exclude_me: fc.boolean(),
    eligible: slots,
    exclude: slots,
    eligible_authid: authids,
    exclude_authid: authids,
    eligible_authrole: authroles,
    exclude_authrole: authroles,
  },
  { requiredKeys: [] },
);
const more = fc.record(
  { acknowledge: fc.boolean(), disclose_me: fc.boolean(), x_acknowledged_delivery: fc.boolean() },
  { requiredKeys: [] },
);
const kind = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.constant({ retain: true }) },
  { weight: 1, arbitrary: fc.record({ rkey: fc.constantFrom('red', 'green', 'blue') }) },
);
const restrictions = fc.oneof({ weight: 2, arbitrary: fc.constant<Lists>({}) }, { weight: 1, arbitrary: lists });
const publish = fc.record({ do: fc.constant('publish' as const), at: slot, topic, lists: restrictions, more, kind });
const subscribe = fc.record({
  do: fc.constant('subscribe' as const),
  at: slot,
  pattern,
  options: fc.constantFrom({}, { get_retained: true }, { nkey: 'north' }, { nkey: 'south' }),
});
const act = fc.oneof(
  { weight: 6, arbitrary: publish },
  { weight: 4, arbitrary: subscribe },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), at: slot, which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('leave', 'vanish'), at: slot }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;
interface Lists {
  readonly exclude_me?: boolean;
  readonly eligible?: readonly number[];
  readonly exclude?: readonly number[];
  readonly eligible_authid?: readonly string[];
  readonly exclude_authid?: readonly string[];
  readonly eligible_authrole?: readonly string[];
  readonly exclude_authrole?: readonly string[];
}

interface Publication {
  readonly tag: number;
  readonly topic: string;
  readonly publisher: number;
  /** With sessions by id. */
  readonly lists: Lists;
  readonly rkey: string | undefined;
}

/** One session, and what the model says that it hears: for each step the EVENTs in any order. */
interface Client {
  readonly peer: Peer;
  readonly id: number;
  readonly authid: string;
  readonly authrole: string;
  readonly subscriptions: Map<string, { readonly id: number; nkey: string | undefined }>;
  readonly hears: string[][];
  requests: number;
  acknowledged: number;
}

function matches({ match, uri }: Pattern, topic: string): boolean {
  if (match === 'exact') return topic === uri;
  if (match === 'prefix') return topic.startsWith(uri);
  const [wanted, parts] = [uri.split('.'), topic.split('.')];
  return wanted.length === parts.length && wanted.every((part, at) => part === '' || part === parts[at]);
}

function mayReceive({ id, authid, authrole }: Client, { lists, publisher }: Publication): boolean {
  if (lists.exclude_me !== false && id === publisher) return false;
  if (lists.eligible && !lists.eligible.includes(id)) return false;
  if (lists.eligible_authid && !lists.eligible_authid.includes(authid)) return false;
  if (lists.eligible_authrole && !lists.eligible_authrole.includes(authrole)) return false;
  return !(
    lists.exclude?.includes(id) ||
    lists.exclude_authid?.includes(authid) ||
    lists.exclude_authrole?.includes(authrole)
  );
}

const keyOf = ({ match, uri }: Pattern) => `${match} ${uri}`;
const patternOf = (key: string): Pattern => {
  const [match, uri = ''] = key.split(' ');
  if (match === 'exact' || match === 'prefix' || match === 'wildcard') return { match, uri };
  throw new Error(key);
};
const name = (subscription: number, tag: number, retained = false) =>
  `${subscription}:${tag}${retained ? ' retained' : ''}`;

/** The world: a real router, the clients, and what the model knows. */
class World {
  readonly router = new Router({
    history: [{ topic: 'a', match: 'prefix' }],
    limits: { maxRetainedPerTopic: 1_000 },
  });
  readonly clients: (Client | undefined)[] = [];
  /** All that ever were. */
  readonly everybody: Client[] = [];
  readonly published: Publication[] = [];
  readonly retained = new Set<Publication>();
  /** Which node got a resource key, for the same subscription with the same nodes. */
  readonly chosen = new Map<string, string>();
  /** What exactly one of several may hear: by publication and subscription, the clients. */
  readonly shards: { readonly tag: number; readonly subscription: number; readonly nodes: Map<Client, string> }[] = [];
  readonly #ids = new Map<string, number>();
  #created = 0;

  async client(at: number): Promise<Client> {
    const present = this.clients[at];
    if (present) return present;
    const [authid, authrole] = [at % 2 ? 'ann' : 'bob', at < 2 ? 'staff' : 'guest'];
    const identity = { authid, authrole, authmethod: 'internal', authprovider: 'internal' };
    const peer = await join(this.router, { identity });
    const client = {
      peer,
      id: peer.id,
      authid,
      authrole,
      subscriptions: new Map(),
      hears: [],
      requests: 1_000,
      acknowledged: 0,
    };
    this.clients[at] = client;
    this.everybody.push(client);
    return client;
  }

  subscribe(client: Client, pattern: Pattern, options: { get_retained?: boolean; nkey?: string }): void {
    const key = keyOf(pattern);
    const id = this.#ids.get(key) ?? ++this.#created;
    this.#ids.set(key, id);
    client.subscriptions.set(key, { id, nkey: options.nkey });
    client.peer.say(Code.SUBSCRIBE, ++client.requests, { match: pattern.match, ...options }, pattern.uri);
    if (!options.get_retained) return;
    const topics = new Map<string, Publication>();
    for (const each of this.retained) {
      if (matches(pattern, each.topic) && mayReceive(client, each)) topics.set(each.topic, each);
    }
    if (topics.size > 0) client.hears.push([...topics.values()].map(({ tag }) => name(id, tag, true)));
  }

  unsubscribe(client: Client, which: number): void {
    const key = [...client.subscriptions.keys()][which % Math.max(1, client.subscriptions.size)];
    const subscription = key === undefined ? undefined : client.subscriptions.get(key);
    if (key === undefined || !subscription) return;
    client.subscriptions.delete(key);
    this.#forgetEmpty();
    client.peer.say(Code.UNSUBSCRIBE, ++client.requests, subscription.id);
  }

  publish(client: Client, act: Extract<Act, { do: 'publish' }>): void {
    const ids = (wanted: readonly number[] | undefined) =>
      wanted?.map((at) => this.clients[at]?.id ?? 1).filter((id, at, all) => all.indexOf(id) === at);
    const { eligible, exclude, ...others } = act.lists;
    const own: Lists = {
      ...others,
      ...(eligible && { eligible: ids(eligible) ?? [] }),
      ...(exclude && { exclude: ids(exclude) ?? [] }),
    };
    const rkey = 'rkey' in act.kind ? act.kind.rkey : undefined;
    const publication = { tag: this.published.length + 1, topic: act.topic, publisher: client.id, lists: own, rkey };
    this.published.push(publication);
    if ('retain' in act.kind) this.retained.add(publication);
    if (act.more.acknowledge) client.acknowledged++;
    const options = { ...own, ...act.more, ...act.kind };
    client.peer.say(Code.PUBLISH, ++client.requests, options, act.topic, [publication.tag]);
    this.#deliver(publication);
  }

  leave(at: number): void {
    this.clients[at] = undefined;
    this.#forgetEmpty();
  }

  #deliver(publication: Publication): void {
    const present = this.clients.filter((client) => client !== undefined);
    for (const [key, id] of this.#ids) {
      if (!matches(patternOf(key), publication.topic)) continue;
      const audience = present.filter((each) => each.subscriptions.has(key));
      const nodes = new Map<Client, string>();
      for (const client of audience) {
        if (!mayReceive(client, publication)) continue;
        const nkey = client.subscriptions.get(key)?.nkey;
        if (publication.rkey !== undefined && nkey !== undefined) nodes.set(client, nkey);
        else this.#hear(client, publication.tag, name(id, publication.tag));
      }
      if (nodes.size > 0) this.shards.push({ tag: publication.tag, subscription: id, nodes });
    }
  }

  /** EVENTs of one publication belong together. */
  #hear(client: Client, tag: number, event: string): void {
    const last = client.hears.at(-1);
    if (last?.[0]?.endsWith(`:${tag}`)) last.push(event);
    else client.hears.push([event]);
  }

  #forgetEmpty(): void {
    for (const key of [...this.#ids.keys()]) {
      if (!this.clients.some((client) => client?.subscriptions.has(key))) this.#ids.delete(key);
    }
  }
}

const tagOf = (event: Message) => Number((event[4] as readonly unknown[] | undefined)?.[0]);

/** What a client heard, in the model's words; fails where an EVENT came before its SUBSCRIBED. */
function heardBy({ peer }: Client): string[] {
  const subscribed = new Set<unknown>();
  const events: string[] = [];
  for (const message of peer.heard) {
    if (message[0] === Code.SUBSCRIBED) subscribed.add(message[2]);
    if (message[0] !== Code.EVENT) continue;
    expect(subscribed.has(message[1])).toBe(true);
    const details = message[3] as { readonly retained?: boolean };
    events.push(name(Number(message[1]), tagOf(message), details.retained));
  }
  return events;
}

/** Takes out what exactly one of several hears, and sees that it is exactly one, and the same one each time. */
function checkShards(world: World, heard: ReadonlyMap<Client, string[]>): void {
  for (const { tag, subscription, nodes } of world.shards) {
    const event = name(subscription, tag);
    const receivers = [...nodes].filter(([client]) => heard.get(client)?.includes(event));
    expect(receivers).toHaveLength(1);
    const [[receiver, nkey] = []] = receivers;
    const rkey = world.published[tag - 1]?.rkey;
    // The choice depends on the key and on who there is to choose among.
    const situation = `${rkey} among ${[...new Set(nodes.values())].sort()}`;
    const before = world.chosen.get(situation) ?? nkey;
    expect(nkey).toBe(before);
    world.chosen.set(situation, String(nkey));
    const list = receiver && heard.get(receiver);
    list?.splice(list.indexOf(event), 1);
  }
}

async function play(acts: readonly Act[]): Promise<void> {
  const world = new World();
  const gone = new Set<Client>();
  for (const each of acts) {
    const client = await world.client(each.at);
    if (each.do === 'publish') world.publish(client, each);
    else if (each.do === 'subscribe') world.subscribe(client, each.pattern, each.options);
    else if (each.do === 'unsubscribe') world.unsubscribe(client, each.which);
    else {
      const { sessions } = world.router.stats();
      if (each.do === 'leave') client.peer.say(Code.GOODBYE, {}, 'wamp.close.normal');
      else {
        // What is under way to it is lost with it: let it arrive first.
        await client.peer.settled();
        client.peer.transport.terminate();
      }
      world.leave(each.at);
      gone.add(client);
      await until(() => world.router.stats().sessions < sessions);
    }
  }
  const present = world.everybody.filter((client) => !gone.has(client));
  for (const client of present) await client.peer.settled();

  const heard = new Map(world.everybody.map((client) => [client, heardBy(client)]));
  const all = [...heard.values()].reduce((sum, events) => sum + events.length, 0);
  checkShards(world, heard);
  for (const client of world.everybody) {
    const events = heard.get(client) ?? [];
    let at = 0;
    for (const group of client.hears) {
      expect(events.slice(at, at + group.length).sort()).toEqual([...group].sort());
      at += group.length;
    }
    expect(events).toHaveLength(at);
    expect(client.peer.of(Code.PUBLISHED)).toHaveLength(client.acknowledged);
  }
  const { published, delivered, withheld, refusedPublishes } = world.router.stats();
  expect({ published, delivered, withheld, refusedPublishes }).toEqual({
    published: world.published.length,
    delivered: all,
    withheld: 0,
    refusedPublishes: 0,
  });

  await checkHistory(world);
  for (const client of present) client.peer.transport.terminate();
  await until(() => world.router.stats().connections === 0);
  expect(world.router.stats()).toMatchObject({
    sessions: 0,
    subscriptions: 0,
    registrations: 0,
    calls: 0,
    queuedBytes: 0,
    unconfirmed: 0,
    retained: new Set([...world.retained].map((each) => each.topic)).size,
    stored: world.published.filter(isKept).length,
  });
}

const isKept = ({ topic: uri, lists: { eligible, exclude } }: Publication) =>
  uri.startsWith('a') && !eligible && !exclude;

/** Whoever asks gets all that was kept and that it may have had. */
async function checkHistory(world: World): Promise<void> {
  for (const client of world.clients) {
    for (const [key, { id }] of client?.subscriptions ?? []) {
      if (!client) continue;
      const answer = await client.peer.ask(Code.CALL, {}, 'wamp.subscription.get_events', [id]);
      const [events] = answer[3] as readonly [readonly { readonly args: readonly unknown[] }[]];
      const kept = world.published.filter((each) => isKept(each) && matches(patternOf(key), each.topic));
      expect(events.map(({ args }) => args[0])).toEqual(
        kept.filter((each) => mayReceive(client, each)).map(({ tag }) => tag),
      );
    }
  }
}

test('whatever sessions do, each hears exactly what the model says, in order, and nothing is left', async () => {
  await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 80, size: 'max' }), play), { numRuns: 200 });
});
