import type { Dict } from '@wigwag/core/wire';
import type { Verdict } from './authenticator.js';
import { denied } from './claim.js';
import type { User } from './users.js';

/** How somebody proved who it is. */
export interface Proven {
  readonly user: User;
  /** Whom the session acts as where the user does not say. */
  readonly authid: string;
  readonly method: string;
  readonly provider: string;
  /** WELCOME.Details.authextra */
  readonly extra?: Dict;
}

/** Lets somebody in as whom the user is, for as long as the user may. @throws TypeError for a user that is none */
export function accept({ user, authid, method, provider, extra }: Proven): Verdict {
  const identity = {
    authid: user.authid ?? authid,
    authrole: user.authrole,
    authmethod: method,
    authprovider: provider,
  };
  for (const [key, value] of Object.entries(identity)) {
    if (typeof value !== 'string' || value === '') throw new TypeError(`a user was found whose \`${key}\` is not text`);
  }
  const granted = { type: 'accepted', identity, ...(extra && { extra }) } as const;
  if (user.expires === undefined) return granted;
  const lifetime = user.expires - Date.now();
  return lifetime > 0 ? { ...granted, lifetime } : denied();
}
