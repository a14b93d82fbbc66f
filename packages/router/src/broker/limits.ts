import type { RetainedLimits } from './retained.js';

/** How much a broker keeps. */
export interface BrokerLimits extends RetainedLimits {
  /** Of one session. */
  readonly maxSubscriptions: number;
}
