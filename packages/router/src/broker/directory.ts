import type { Id, Match, Uri } from '@wigwag/core/wire';
import type { Subscription } from './subscription.js';

/** What may be asked about the subscriptions of one realm; changes nothing. */
export interface SubscriptionDirectory {
  /** The ids of all there are. */
  ids(): Iterable<Id>;
  get(id: Id): Subscription | undefined;
  /** The subscription with exactly this policy and topic or pattern. */
  lookup(match: Match, uri: Uri): Subscription | undefined;
  /** Those that an event of `topic` goes to. */
  matching(topic: Uri): readonly Subscription[];
}
