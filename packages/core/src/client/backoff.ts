/** How long to wait between attempts to connect. */
export interface BackoffOptions {
  /** Upper bound of the first wait, milliseconds. Default 500. */
  readonly initial?: number | undefined;
  /** Upper bound of any wait, milliseconds. Default 30 000. */
  readonly max?: number | undefined;
  /** What the bound is multiplied by from one attempt to the next. Default 2. */
  readonly factor?: number | undefined;
}

/**
 * Full jitter: the wait is drawn evenly from zero to a bound that grows with each attempt, so that the clients of a
 * router that restarts do not all come back in the same moment.
 *
 * @param random a source of numbers in [0, 1)
 * @returns the wait in milliseconds after attempt 1, 2, 3 … failed
 */
export function fullJitter(
  { initial = 500, max = 30_000, factor = 2 }: BackoffOptions = {},
  random: () => number = Math.random,
): (attempt: number) => number {
  return (attempt) => {
    const growth = Math.min(factor ** (attempt - 1), Number.MAX_SAFE_INTEGER);
    return Math.floor(random() * Math.min(max, initial * growth));
  };
}
