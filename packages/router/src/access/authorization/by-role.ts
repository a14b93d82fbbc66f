import type { Uri } from '@wigwag/core/wire';
import type { Admit } from '../../session/admission.js';
import { requestOf } from './action.js';
import { notAuthorized } from './denied.js';

/** Asks what stands for the session's role; a role that is not in the table may do nothing. */
export function byRole(table: Readonly<Record<string, Admit>>): Admit {
  const roles = new Map(Object.entries(table));
  return (member, message, call) => {
    const admit = roles.get(member.identity.authrole);
    if (admit) return admit(member, message, call);
    const request = requestOf(message);
    return notAuthorized(member, request, `there are no rules for the role "${member.identity.authrole}"`);
  };
}

/** Asks what stands for the session's realm; in a realm that is not in the table nothing is allowed. */
export function byRealm(table: Readonly<Record<Uri, Admit>>): Admit {
  const realms = new Map(Object.entries(table));
  return (member, message, call) => {
    const admit = member.realm === undefined ? undefined : realms.get(member.realm);
    if (admit) return admit(member, message, call);
    const request = requestOf(message);
    return notAuthorized(member, request, `there are no rules for the realm "${member.realm}"`);
  };
}

/** Allows everything, the router's own procedures included: for backends that are trusted with all of it. */
export const allowAll: Admit = () => undefined;
