import type { CallOptions } from '@wigwag/core/wire';
import type { Callee } from './callee.js';
import { isFree } from './callee.js';
import { pickCallee } from './policy.js';
import type { Registration } from './registrations.js';
import { shardFor } from './sharding.js';

/**
 * The callee that a call goes to: of the shard that its resource key belongs to, where it has one and callees are
 * sharded, one that has a place free, by the registration's policy.
 * @param mayServe leaves callees out as if they were not there. Default: none
 * @returns `undefined` when no such callee has a place free now
 */
export function chooseCallee(
  registration: Registration,
  rkey: CallOptions['rkey'],
  random: () => number,
  mayServe: (callee: Callee) => boolean = everyone,
): Callee | undefined {
  const shard = rkey === undefined ? undefined : shardFor(rkey, registration.callees, mayServe);
  const fits = (callee: Callee) => isFree(callee) && (shard === undefined || callee.nkey === shard) && mayServe(callee);
  return pickCallee(registration, fits, random);
}

/** The callees that a survey goes to: all, or all of the shard that its resource key belongs to. */
export function surveyed({ callees }: Registration, rkey: CallOptions['rkey']): Callee[] {
  const shard = rkey === undefined ? undefined : shardFor(rkey, callees);
  return callees.filter(({ nkey }) => shard === undefined || nkey === shard);
}

const everyone = () => true;
