import type { Uri } from '@wigwag/core/wire';
import { EncodeError, ErrorUri } from '@wigwag/core/wire';

/** The error's URI for a message that its receiver cannot be sent: too long for it, or without a form that it reads. */
export function unsendable(error: unknown): Uri {
  return error instanceof EncodeError ? error.uri : ErrorUri.INVALID_ARGUMENT;
}
