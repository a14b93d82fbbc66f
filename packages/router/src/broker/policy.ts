import type { Uri } from '@wigwag/core/wire';
import type { Actor } from '../fabric/fabric.js';

/**
 * Whether those who act may be named to those who see it (spec: "Publisher Identification", "Caller Identification").
 * `allow`: where they ask for it; `force`: always; `refuse`: never, and who asks for it is refused.
 */
export type DisclosureRule = 'allow' | 'force' | 'refuse';

/** How far a publisher is trusted on a topic, an integer of at least 0; `undefined` says nothing about it. */
export type PublisherTrust = (publisher: Actor, topic: Uri) => number | undefined;

/** What is configured about publications. */
export interface PublishingPolicy {
  readonly disclosure: DisclosureRule;
  readonly trustLevel?: PublisherTrust | undefined;
}
