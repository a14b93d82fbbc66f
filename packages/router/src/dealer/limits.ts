/** The bounds of a dealer; `Limits` in `options.ts` says what each means. */
export interface DealerLimits {
  readonly maxRegistrations: number;
}
