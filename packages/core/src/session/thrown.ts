/** What stands for an error whose text cannot be had. */
const UNPRINTABLE = 'something was thrown that cannot be printed';

/** The text of anything that was thrown: code may throw what has no text, or throws itself when it is asked for one. */
export function textOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return UNPRINTABLE;
  }
}

/** What was thrown, as an error: what is none becomes the `cause` of one. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy whose traps throw.
  }
  return new Error(textOf(thrown), { cause: thrown });
}
