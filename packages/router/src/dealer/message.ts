import type { Call, CallOptions, Dict, InvocationDetails, Invocation as InvocationMessage } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import type { Invocation } from './invocations.js';

/** A CALL as its callee receives it: the first of a call, and each that belongs to it. @param more for the first alone */
export function invocationOf(
  invocation: Invocation,
  { options, payload }: Call,
  more?: InvocationDetails,
): InvocationMessage {
  const { id: request, registration, details, progressive } = invocation;
  return {
    code: Code.INVOCATION,
    request,
    registration: registration.id,
    // Almost no call has anything to add, and putting nothing together takes as long as putting something.
    details: progressive || options.progress || more ? joined(invocation, options, more) : details,
    payload,
  };
}

function joined({ details, progressive }: Invocation, { progress }: CallOptions, more?: InvocationDetails): Dict {
  return { ...details, ...(progressive && { receive_progress: true }), ...(progress && { progress: true }), ...more };
}
