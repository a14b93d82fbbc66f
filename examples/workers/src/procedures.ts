/** What the workers serve. */
export const Procedure = {
  /** `(limit)` → text; progress: percent done. One worker takes it. */
  COUNT: 'primes.count',
  /** → `{ name, done, stopped }`, of every worker. */
  STATUS: 'workers.status',
} as const;
