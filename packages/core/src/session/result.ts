import type { ResultDetails } from '../wire/messages.js';

/**
 * Positional and keyword arguments as one value: what `call` resolves to when the callee sent more than a single
 * value, what an invocation handler returns to send such, and a chunk of a stream either way.
 */
export class Result {
  constructor(
    readonly args: readonly unknown[] = [],
    readonly kwargs: Readonly<Record<string, unknown>> = {},
    /** RESULT.Details at the caller, INVOCATION.Details at the callee; YIELD.Options of what a handler returns. */
    readonly details: ResultDetails = {},
  ) {}

  /** The only argument, `undefined` where there is none, and the `Result` itself where there is more to it. */
  get value(): unknown {
    const isSingle = this.args.length <= 1 && Object.keys(this.kwargs).length === 0;
    return isSingle ? this.args[0] : this;
  }

  /** A `Result` as it is; any other value as the only argument, `undefined` as none. */
  static of(value: unknown): Result {
    if (value instanceof Result) return value;
    return new Result(value === undefined ? [] : [value]);
  }
}
