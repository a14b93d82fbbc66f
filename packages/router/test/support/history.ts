import { Code } from '@wigwag/core/wire';
import type { HistoryRule, RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import type { Message, Peer } from './peer.js';

export type Kwargs = Readonly<Record<string, unknown>>;
/** An event as `wamp.subscription.get_events` gives it. */
export interface Stored {
  readonly timestamp: string;
  readonly subscription: number;
  readonly publication: number;
  readonly details: Kwargs;
  readonly args?: readonly unknown[];
  readonly kwargs?: Kwargs;
}

export const ack = { acknowledge: true };
const everything: HistoryRule = { topic: '', match: 'prefix' };
/** A router that keeps all events, if it is not told otherwise. */
export const open = (options: RouterOptions = {}) => new Router({ history: [everything], ...options });

/** Publishes, and returns the publication's id. */
export async function publish(peer: Peer, topic: string, arg: unknown, options: Kwargs = {}): Promise<number> {
  return Number((await peer.ask(Code.PUBLISH, { ...ack, ...options }, topic, [arg]))[2]);
}

/** Asks for history; the answer as it came. */
export function ask(peer: Peer, subscription: unknown, filters: Kwargs = {}): Promise<Message> {
  return peer.ask(Code.CALL, {}, 'wamp.subscription.get_events', [subscription], filters);
}

/** Asks for history, and expects some. */
export async function get(peer: Peer, subscription: number, filters: Kwargs = {}) {
  const answer = await ask(peer, subscription, filters);
  if (answer[0] !== Code.RESULT) throw new Error(JSON.stringify(answer));
  // What was heard is JSON or CBOR of the router's; the shape is what these tests are about.
  const [events] = answer[3] as readonly [readonly Stored[]];
  return { events, args: events.map(({ args }) => args?.[0]), kwargs: answer[4] as Kwargs };
}
