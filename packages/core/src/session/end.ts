import type { Uri } from '../wire/messages.js';
import { ConnectionLostError, JoinRefusedError, SessionClosedError } from './errors.js';
import type { SessionEnd } from './state.js';

/** What requests that were open, and those that come later, are told of a session's end. */
export function errorForEnd(end: SessionEnd, realm: Uri): Error {
  switch (end.type) {
    case 'left':
      return new SessionClosedError(end.reason);
    case 'goodbye':
    case 'aborted':
      return new SessionClosedError(end.reason, end.details);
    case 'refused':
      return new JoinRefusedError(realm, end.reason, end.details);
    case 'lost':
      return new ConnectionLostError(end.info);
    case 'failed':
      return end.error;
  }
}
