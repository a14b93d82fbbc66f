import type { CallOptions, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';

/** A CALL of a procedure that the router itself serves. */
export interface MetaCall {
  readonly caller: Member;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** CALL.Options */
  readonly details: CallOptions;
  /** To be told how many entries were looked at, where that may be many (`Effort`). */
  readonly spend: (effort: number) => void;
}

/** RESULT's arguments; none where both are left off. */
export interface MetaResult {
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

/** What a call of the router's own procedure comes to: RESULT, or ERROR with the refusal's URI and message. */
export type MetaAnswer = MetaResult | Refusal;

/**
 * A procedure that the router itself serves. It may throw a `CallRefused`, which is answered as the refusal that it
 * carries; anything else that it throws is a bug of ours, which is reported and answered as such.
 */
export type MetaProcedure = (call: MetaCall) => MetaAnswer | Promise<MetaAnswer>;

/** Thrown by a procedure of the router's own to be answered with ERROR. */
export class CallRefused extends Error implements Refusal {
  override readonly name = 'CallRefused';
  readonly code = 'CALL_REFUSED';

  constructor(
    readonly uri: Uri,
    message: string,
  ) {
    super(message);
  }
}

/** `wamp.error.invalid_argument`. */
export function invalidArgument(message: string): CallRefused {
  return new CallRefused(ErrorUri.INVALID_ARGUMENT, message);
}

export function isRefusal(answer: MetaAnswer): answer is Refusal {
  return 'uri' in answer;
}
