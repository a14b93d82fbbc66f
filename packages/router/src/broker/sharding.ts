import { rendezvous } from '../matching/rendezvous.js';
import type { Member } from '../session/member.js';
import type { Subscription } from './subscription.js';

/**
 * Who gets a publication that carries a resource key (spec: "Sharded Subscriptions"): of the subscribers that gave a
 * node key, one, always the same for the same key as long as they stay; of the others, all. Only those are chosen among
 * that may receive it, so that an exclusion never leaves a key without its subscriber. Several sessions of one node key
 * are one node, and the first of them is served.
 */
export function shardedAudience(
  subscription: Subscription,
  rkey: string | number,
  mayReceive: (member: Member) => boolean,
): Member[] {
  const { shards } = subscription;
  const nodes = new Map<string, Member>();
  for (const [member, nkey] of shards ?? []) {
    if (!nodes.has(nkey) && mayReceive(member)) nodes.set(nkey, member);
  }
  const node = rendezvous(String(rkey), nodes.keys());
  const chosen = node === undefined ? undefined : nodes.get(node);
  const audience: Member[] = [];
  for (const member of subscription) {
    if (member === chosen || (!shards?.has(member) && mayReceive(member))) audience.push(member);
  }
  return audience;
}
