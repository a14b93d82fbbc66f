import type { Call, Yield } from '@wigwag/core/wire';
import { announces, Code, CREDIT, grantOf, MAX_ID } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import type { Caller } from './caller.js';
import type { Invocation } from './invocations.js';

/** Granted to a caller whose callee does not keep to credit: as many chunks as it likes. */
export const UNLIMITED = MAX_ID;

/** Whether a caller opened a call by the rules of credit (docs/protocol.md, "Credit"). */
export function asksForCredit({ details }: Caller, { options }: Call): boolean {
  return options[CREDIT] !== undefined && announces(details, 'caller', CREDIT);
}

/**
 * How many parts of its answer a callee may send before it is granted more.
 * @returns `undefined` where not both ends keep to credit, and the router has no grants to pass on
 */
export function windowOf(caller: Caller, call: Call, callee: Member): number | undefined {
  if (!asksForCredit(caller, call) || !announces(callee.details, 'callee', CREDIT)) return undefined;
  return call.options.receive_progress ? call.options[CREDIT] : undefined;
}

/** What a message grants the other end, if it is a grant; a CALL that opens a call may look like one. */
export function grantFrom(sender: Caller, role: 'caller' | 'callee', message: Call | Yield): number | undefined {
  const { options, payload } = message;
  const granted = options.progress ? grantOf(options, payload) : undefined;
  return granted !== undefined && announces(sender.details, role, CREDIT) ? granted : undefined;
}

/** Lets a caller send so many more parts of its call. */
export function grantInput({ caller, request }: Invocation, chunks: number): void {
  caller.send({ code: Code.RESULT, request, details: { progress: true, [CREDIT]: chunks } });
}

/** Lets a callee send so many more parts of its answer. */
export function grantParts({ callee, id: request, registration }: Invocation, chunks: number): void {
  const details = { progress: true, [CREDIT]: chunks };
  callee.send({ code: Code.INVOCATION, request, registration: registration.id, details });
}
