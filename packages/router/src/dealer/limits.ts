/** The bounds of a dealer; `Limits` in `options.ts` says what each means. */
export interface DealerLimits extends QueueLimits {
  readonly maxRegistrations: number;
  readonly maxSurveyCallees: number;
  readonly maxReruns: number;
  readonly maxPendingCalls: number;
  readonly maxStreamOutbound: number;
}

/** How much may wait for callees. */
export interface QueueLimits {
  /** Calls of one registration. */
  readonly maxQueuedCalls: number;
  /** Bytes of the calls of one realm. */
  readonly maxQueuedBytes: number;
}
