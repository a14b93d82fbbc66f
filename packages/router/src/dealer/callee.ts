import type { Register } from '@wigwag/core/wire';
import { announces } from '@wigwag/core/wire';
import type { Admitted } from '../session/admission.js';
import type { Member } from '../session/member.js';

/** One callee of a registration: who it is, what it asked for, and how busy it is. */
export interface Callee {
  readonly member: Member;
  /** Whether it asked to be told who calls (spec: "Caller Identification", REGISTER.Options.disclose_caller). */
  readonly disclose: boolean;
  /** Its name among those that share the procedure (spec: "Sharded Registration", REGISTER.Options.nkey), as text. */
  readonly nkey: string | undefined;
  /** Calls that it takes at a time. */
  readonly concurrency: number;
  /** Whether it consented to be replaced by another that forces its registration. */
  readonly replaceable: boolean;
  /** Whether a call that is lost with it may be made again. */
  readonly idempotent: boolean;
  /**
   * Whether it keeps the time that a caller sets itself (spec: "Call Timeouts", REGISTER.Options.forward_timeout). For
   * one that did not announce `call_timeout` the dealer keeps it, whatever it asked for.
   */
  readonly forwardTimeout: boolean;
  /** Whether another is to take what it says it cannot attend to (spec: "Call Re-Routing"). */
  readonly reroutes: boolean;
  /** Calls in progress, where they are counted. */
  running: number;
}

export function makeCallee(member: Member, { options, disclosure }: Admitted<Register>): Callee {
  const { nkey, concurrency = Number.POSITIVE_INFINITY } = options;
  return {
    member,
    disclose: options.disclose_caller === true || disclosure === 'force',
    nkey: nkey === undefined ? undefined : String(nkey),
    concurrency,
    replaceable: options.force_reregister === true,
    idempotent: options._idempotent === true,
    forwardTimeout: options.forward_timeout === true && announces(member.details, 'callee', 'call_timeout'),
    reroutes: announces(member.details, 'callee', 'call_reroute'),
    running: 0,
  };
}

/** Whether it takes one more call now. */
export function isFree({ running, concurrency }: Callee): boolean {
  return running < concurrency;
}
