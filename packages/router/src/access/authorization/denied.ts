import { ErrorUri } from '@wigwag/core/wire';
import type { Refusal } from '../../session/admission.js';
import type { Member } from '../../session/member.js';
import type { Request } from './action.js';

/** `wamp.error.not_authorized`. @param why for people; default: no rule allows it */
export function notAuthorized({ identity }: Member, { action, uri, match }: Request, why?: string): Refusal {
  const what = match === 'exact' ? uri : `${JSON.stringify(uri)} (${match}, all that it matches)`;
  const reason = why ?? `no rule of the role "${identity.authrole}" allows it`;
  return { uri: ErrorUri.NOT_AUTHORIZED, message: `may not ${action} ${what}: ${reason}` };
}
