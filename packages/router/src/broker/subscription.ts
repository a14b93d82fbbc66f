import type { Id, Match, Uri } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import { SmallSet } from '../small-set.js';

/**
 * One topic or pattern and everybody who is subscribed to it; they share its id (spec: "SUBSCRIBED"). It is its
 * subscribers, and not an object that has them, because a router may hold millions.
 */
export class Subscription extends SmallSet<Member> {
  /** The node keys of those subscribers that gave one (spec: "Sharded Subscriptions"); there once one did. */
  shards: Map<Member, string> | undefined = undefined;
  /** When it came into being, in milliseconds since 1970. */
  readonly created: number = Date.now();

  constructor(
    readonly id: Id,
    readonly uri: Uri,
    readonly match: Match,
  ) {
    super();
  }
}
