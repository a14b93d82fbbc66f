import type { Cancel, Dict, Id, Roles, Uri } from '@wigwag/core/wire';
import type { Authenticator, Verdict } from '../access/authenticator.js';
import type { CallProcedure } from '../access/procedure-caller.js';
import type { Clock } from '../clock.js';
import type { Admitted, Refusal, Stage } from './admission.js';
import type { SessionLimits } from './limits.js';
import type { Member } from './member.js';
import type { Outbound } from './outbound.js';
import type { PaceLimits } from './pace.js';
import type { Pressure } from './pressure.js';
import type { SharedRoles } from './shared-roles.js';
import type { RoutedMessage, SessionEnd } from './state.js';
import type { Turn } from './turn.js';
import type { Verifications } from './verifications.js';

/** The realm that a session is in, as the session sees it. */
export interface SessionRealm {
  readonly name: Uri;
  /** What its messages were to carry out so far (`Effort`); what a message adds is its sender's to pay. */
  readonly effort: number;
  /** An id for a session that has not joined yet; it is either entered with or released. */
  reserve(): Id;
  release(id: Id): void;
  /**
   * @param reserved the id that was reserved for it, if any
   * @returns the session's id
   */
  enter(member: Member, reserved?: Id): Id;
  joined(member: Member): void;
  leave(member: Member, end: SessionEnd): void;
  /** @returns whether the call was open, and not one that has still to be routed */
  cancel(member: Member, message: Cancel): boolean;
  /** @throws ProtocolError when the message ends the session */
  route(member: Member, message: Admitted<RoutedMessage>): void;
  refuse(member: Member, message: RoutedMessage, refusal: Refusal): void;
}

/** What a session needs of its router. */
export interface SessionHost {
  readonly limits: SessionLimits;
  /** What WELCOME announces. */
  readonly roles: Roles;
  /** What clients announce. */
  readonly sharedRoles: SharedRoles;
  readonly clock: Clock;
  readonly turn: Turn;
  readonly admit: Stage;
  readonly verifications: Verifications;
  /** For authenticators that ask the application. */
  readonly callProcedure: CallProcedure;
  readonly outbound: Outbound;
  readonly pressure: Pressure;
  /** How fast sessions of a role may send; `undefined`: as `limits` say. */
  paceOf(authrole: string): PaceLimits | undefined;
  realm(name: Uri | null): SessionRealm | Refusal;
  /** @param details HELLO.Details */
  authenticator(details: Dict): Authenticator | Extract<Verdict, { type: 'refused' }>;
  /** The session is over, its transport closing or closed. */
  ended(session: Member, end: SessionEnd): void;
  report(error: unknown, where: string): void;
}
