import type { Member } from '../session/member.js';
import type { Callee } from './callee.js';
import type { KeptCall } from './kept-calls.js';
import type { Registration } from './registrations.js';

/** Those who have said that they cannot attend to a call, and are not asked again (spec: "Call Re-Routing"). */
export type Tried = ReadonlySet<Member>;

/** What happened to a call before. */
export interface Past {
  readonly tried: Tried;
  /** How often the callee that it was at was lost. */
  readonly lost: number;
  /** Its place among the calls that were kept before; of none that was not. */
  readonly place?: number;
}

/** Of a call that comes from its caller. */
export const FRESH: Past = { tried: new Set(), lost: 0 };

/** Whether no callee has had the call yet. */
export function isUntouched({ tried, lost }: Past): boolean {
  return tried.size === 0 && lost === 0;
}

/** What it takes to make a call again, at another callee. */
export interface Retry extends KeptCall {
  readonly past: Past;
  /** Whether that may be done when its callee is lost, who may have begun with it (REGISTER.Options._idempotent). */
  readonly repeatable: boolean;
}

/** Whether a call at `callee` may have to go to another, so that it is worth keeping. */
export function mayMove(registration: Registration, callee: Callee): boolean {
  const { invoke, callees } = registration;
  if (invoke === 'all') return false;
  return callee.idempotent || (callee.reroutes && invoke !== 'single' && callees.length > 1);
}

/** Whether somebody is left whom a call may go to, busy or not. */
export function hasOthers({ callees }: Registration, tried: Tried): boolean {
  return callees.some(({ member }) => !tried.has(member));
}
