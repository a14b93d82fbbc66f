/** The longest that a runtime's timer waits, milliseconds; one that is set for longer fires at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Runs once after `milliseconds`, however many those are; `Infinity` is never.
 * @returns what stops it
 */
export function after(milliseconds: number, run: () => void): () => void {
  let timer: Timer | undefined;
  const wait = (left: number) => {
    timer = setTimeout(() => (left > LONGEST ? wait(left - LONGEST) : run()), Math.min(left, LONGEST));
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}
