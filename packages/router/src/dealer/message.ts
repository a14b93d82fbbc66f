import type { Call, InvocationDetails, Invocation as InvocationMessage } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import type { Invocation } from './invocations.js';

/** A CALL as its callee receives it: the first of a call, and each that belongs to it. @param more for the first alone */
export function invocationOf(
  { id: request, registration, details, progressive }: Invocation,
  { options, payload }: Call,
  more?: InvocationDetails,
): InvocationMessage {
  const receive = progressive && { receive_progress: true };
  const progress = options.progress && { progress: true };
  return {
    code: Code.INVOCATION,
    request,
    registration: registration.id,
    details: { ...details, ...receive, ...progress, ...more },
    payload,
  };
}
