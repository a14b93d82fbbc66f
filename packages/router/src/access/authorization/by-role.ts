import type { Uri } from '@wigwag/core/wire';
import { isDict, kindOf } from '@wigwag/core/wire';
import type { Admit } from '../../session/admission.js';
import { requestOf } from './action.js';
import { notAuthorized } from './denied.js';

/** Asks what stands for the session's role; a role that is not in the table may do nothing. @throws TypeError */
export function byRole(table: Readonly<Record<string, Admit>>): Admit {
  const roles = functionsOf('byRole', table);
  return (member, message, call) => {
    const admit = roles.get(member.identity.authrole);
    if (admit) return admit(member, message, call);
    const request = requestOf(message);
    return notAuthorized(member, request, `there are no rules for the role "${member.identity.authrole}"`);
  };
}

/** Asks what stands for the session's realm; in a realm that is not in the table nothing is allowed. @throws TypeError */
export function byRealm(table: Readonly<Record<Uri, Admit>>): Admit {
  const realms = functionsOf('byRealm', table);
  return (member, message, call) => {
    const admit = member.realm === undefined ? undefined : realms.get(member.realm);
    if (admit) return admit(member, message, call);
    const request = requestOf(message);
    return notAuthorized(member, request, `there are no rules for the realm "${member.realm}"`);
  };
}

/** @throws TypeError for a table that is none, and for what stands in it and is no function */
function functionsOf(name: string, table: Readonly<Record<string, Admit>>): ReadonlyMap<string, Admit> {
  if (!isDict(table)) throw new TypeError(`${name} takes an object of functions, and got ${kindOf(table)}`);
  const functions = new Map(Object.entries(table));
  for (const [key, admit] of functions) {
    if (typeof admit === 'function') continue;
    throw new TypeError(
      `${name}: what stands for "${key}" must be a function, such as rules([ … ]), and is ${kindOf(admit)}`,
    );
  }
  return functions;
}

/** Allows everything, the router's own procedures included: for backends that are trusted with all of it. */
export const allowAll: Admit = () => undefined;
