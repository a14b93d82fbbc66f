import type { Call, CallOptions, Register } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { DisclosureRule } from '../disclosure.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { TrustLevel } from '../trust.js';

/** What is configured about calls. */
export interface CallingPolicy {
  readonly disclosure: DisclosureRule;
  /** Spec: "Call Trust Levels". */
  readonly trustLevel?: TrustLevel | undefined;
}

/** Why a call with these options is not routed, if it is not. */
export function checkCall(call: Admitted<Call>, policy: CallingPolicy): Refusal | undefined {
  const { options, disclosure = policy.disclosure } = call;
  if (!options.disclose_me || disclosure !== 'refuse') return undefined;
  const message = 'CALL.Options.disclose_me: callers are not disclosed here; leave it off';
  return { uri: ErrorUri.DISCLOSE_ME_DISALLOWED, message };
}

/** Why a registration with these options is not made, if it is not. */
export function checkRegister(register: Admitted<Register>, policy: CallingPolicy): Refusal | undefined {
  const { options, disclosure = policy.disclosure } = register;
  if (options.disclose_caller && disclosure === 'refuse') {
    return refusal('REGISTER.Options.disclose_caller: callers are not disclosed here; leave it off');
  }
  if (options.invoke === 'all' && options.concurrency !== undefined) {
    return refusal('REGISTER.Options.concurrency: a survey (invoke: "all") goes to every callee at once; leave it off');
  }
  if (options.invoke === 'all' && options._idempotent) {
    return refusal('REGISTER.Options._idempotent: a survey (invoke: "all") asks every callee once; leave it off');
  }
  return undefined;
}

/** Why a call with these options cannot go to all callees (`invoke: "all"`), if it cannot. */
export function checkSurvey({ receive_progress, progress }: CallOptions): Refusal | undefined {
  if (!receive_progress) {
    return refusal(
      'CALL.Options.receive_progress: every callee answers this call, in parts of one answer; ask for them',
    );
  }
  return progress ? refusal('CALL.Options.progress: a survey (invoke: "all") takes its input as a whole') : undefined;
}

function refusal(message: string): Refusal {
  return { uri: ErrorUri.OPTION_NOT_ALLOWED, message };
}
