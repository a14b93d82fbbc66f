import type { Member } from '../session/member.js';
import type { Callee } from './callee.js';
import type { KeptCall } from './kept-calls.js';
import type { Registration } from './registrations.js';

/** Those who have said that they cannot attend to a call, and are not asked again (spec: "Call Re-Routing"). */
export type Tried = ReadonlySet<Member>;

export const NOBODY: Tried = new Set();

/** What it takes to make a call again, at another callee. */
export interface Retry extends KeptCall {
  readonly tried: Tried;
}

/** Whether a call at `callee` may have to go to another, so that it is worth keeping. */
export function mayMove(registration: Registration, callee: Callee): boolean {
  const { invoke, callees } = registration;
  return callee.reroutes && invoke !== 'single' && invoke !== 'all' && callees.length > 1;
}

/** Whether somebody is left whom a call may go to, busy or not. */
export function hasOthers({ callees }: Registration, tried: Tried): boolean {
  return callees.some(({ member }) => !tried.has(member));
}
