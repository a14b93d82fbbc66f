import type { Call, InvocationDetails } from '@wigwag/core/wire';
import { passthru } from '../passthru.js';
import type { Admitted } from '../session/admission.js';
import { levelFor } from '../trust.js';
import type { Callee } from './callee.js';
import type { Caller } from './caller.js';
import type { CallingPolicy } from './calling.js';
import type { Registration } from './registrations.js';

/** What a callee is told of a call beside its arguments: who calls, as far as it may know, what, and how to read it. */
export function invocationDetails(
  { match }: Registration,
  callee: Callee,
  caller: Caller,
  { procedure, options, disclosure }: Admitted<Call>,
  { policy, report }: { readonly policy: CallingPolicy; report(error: unknown, where: string): void },
): InvocationDetails {
  const { id, identity } = caller;
  const { authid, authrole } = identity;
  const rule = disclosure ?? policy.disclosure;
  const disclosed = rule === 'force' || (rule === 'allow' && (options.disclose_me || callee.disclose));
  const { trustLevel } = policy;
  const trustlevel =
    trustLevel && levelFor(trustLevel, { id, authid, authrole }, procedure, 'trustLevels.callers', report);
  const details: Record<string, unknown> = {};
  if (match !== 'exact') details.procedure = procedure;
  if (disclosed) {
    details.caller = id;
    details.caller_authid = authid;
    details.caller_authrole = authrole;
  }
  if (trustlevel !== undefined) details.trustlevel = trustlevel;
  const opaque = passthru(options);
  return opaque ? Object.assign(details, opaque) : details;
}
