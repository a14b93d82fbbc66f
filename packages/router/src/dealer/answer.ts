import type { Id, Uri } from '@wigwag/core/wire';
import { Code, Payload } from '@wigwag/core/wire';
import type { Caller } from './caller.js';

/** Ends a call with an ERROR of the router's own. @param message for people, the error's only argument */
export function answer(
  { caller, request }: { readonly caller: Caller; readonly request: Id },
  error: Uri,
  message: string,
): void {
  const payload = Payload.of([message]);
  caller.send({ code: Code.ERROR, requestType: Code.CALL, request, details: {}, error, payload });
}
