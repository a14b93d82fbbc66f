import type { Call, Uri } from '@wigwag/core/wire';
import { announces, ProtocolError } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import type { Caller } from './caller.js';

/** Whether more may come behind the CALL that opened a call: nothing was to, something is, all of it came. */
export type InputState = 'none' | 'open' | 'ended';

/** A call to which more CALLs with its id may belong (spec: "Progressive Call Invocations"). */
export interface TakesInput {
  readonly procedure: Uri;
  input: InputState;
}

export function inputOf({ options }: Call): InputState {
  return options.progress ? 'open' : 'none';
}

/** Takes note of one more CALL of an open call. @throws ProtocolError when it cannot belong to it */
export function advanceInput(call: TakesInput, { request, procedure, options }: Call): void {
  if (call.input === 'none') throw new ProtocolError(`CALL.Request ${request} is the id of a call that is still open`);
  if (call.input === 'ended') {
    throw new ProtocolError(`CALL.Request ${request} came again after the last part of that call, without progress`);
  }
  if (procedure !== call.procedure) {
    throw new ProtocolError(`CALL.Request ${request} is a call of ${call.procedure}, and cannot go on as ${procedure}`);
  }
  if (!options.progress) call.input = 'ended';
}

/** Whether calls in parts may go to a callee; it has to be able to hear that their caller has gone, too. */
export function takesCallsInParts({ details }: Member): boolean {
  return announces(details, 'callee', 'progressive_call_invocations') && announces(details, 'callee', 'call_canceling');
}

/** @throws ProtocolError when a caller sends parts of a call and did not announce to */
export function requireCallsInParts({ details }: Caller): void {
  if (announces(details, 'caller', 'progressive_call_invocations')) return;
  throw new ProtocolError('CALL.Options.progress: this caller did not announce progressive_call_invocations');
}
