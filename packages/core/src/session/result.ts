import type { ResultDetails } from '../wire/messages.js';

/**
 * An answer with more (or less) than one positional argument: what `call` resolves to when the callee sent such, and
 * what an invocation handler returns to send such.
 */
export class Result {
  constructor(
    readonly args: readonly unknown[] = [],
    readonly kwargs: Readonly<Record<string, unknown>> = {},
    /** RESULT.Details at the caller, YIELD.Options at the callee. */
    readonly details: ResultDetails = {},
  ) {}
}
