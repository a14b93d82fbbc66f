import type { DisclosureRule } from '../disclosure.js';
import type { TrustLevel } from '../trust.js';

/** What is configured about publications. */
export interface PublishingPolicy {
  readonly disclosure: DisclosureRule;
  /** Spec: "Publication Trust Levels". */
  readonly trustLevel?: TrustLevel | undefined;
}
