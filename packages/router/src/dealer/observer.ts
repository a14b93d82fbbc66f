import type { Member } from '../session/member.js';
import type { Registration } from './registrations.js';

/** Told who serves what; must not throw. */
export interface DealerObserver {
  /** REGISTERED was sent. @param created whether the session is the first callee */
  registered(member: Member, registration: Registration, created: boolean): void;
  /** A callee is gone from a registration, for whatever reason. @param removed whether it was the last */
  unregistered(member: Member, registration: Registration, removed: boolean): void;
}
