import { rendezvous } from '../matching/rendezvous.js';
import type { Callee } from './callee.js';

/**
 * The node key that a call's resource key belongs to (spec: "Sharded Registration"): the one that is equal to it, so
 * that a particular worker can be addressed; else one by rendezvous hashing, always the same as long as its callees
 * stay. Several callees of one node key are one node, and share its calls by the registration's policy.
 * @param mayServe leaves callees out as if they were not there. Default: none
 * @returns `undefined` when no callee gave a node key
 */
export function shardFor(
  rkey: string | number,
  callees: readonly Callee[],
  mayServe: (callee: Callee) => boolean = () => true,
): string | undefined {
  const key = String(rkey);
  const nodes = new Set<string>();
  for (const callee of callees) {
    if (callee.nkey !== undefined && mayServe(callee)) nodes.add(callee.nkey);
  }
  return nodes.has(key) ? key : rendezvous(key, nodes);
}
