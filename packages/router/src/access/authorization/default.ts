import type { Admit } from '../../session/admission.js';
import { requestOf } from './action.js';
import { notAuthorized } from './denied.js';

/**
 * What is allowed where no rules are given: everything to the sessions that the application itself opens in this
 * process and, as long as no authenticators are given either, to clients on this machine; nothing to anybody else.
 * @param open whether everybody may log in, as is the default
 */
export function defaultAuthorization(open: boolean): Admit {
  return (member, message) => {
    if (member.identity.authmethod === 'internal' || (open && member.local)) return undefined;
    const request = requestOf(message);
    const who = open ? 'clients on other machines' : 'those who log in';
    return notAuthorized(member, request, `this router has no rules for ${who} (option "authorization")`);
  };
}
