import type { Setting } from '@wigwag/core/wire';
import { func, needed, text } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import { accept } from './accept.js';
import type { Authenticator } from './authenticator.js';
import { denied, readClaim } from './claim.js';
import type { Claim, User } from './users.js';

/** Options of `cookie`. */
export interface CookieOptions {
  /** Whom the cookies make of who sent them; `undefined` refuses, and so does a throw, which is reported. */
  readonly check: CheckCookies;
  /** Named in WELCOME.Details.authprovider. Default `dynamic`. */
  readonly provider?: string;
}

/** Judges cookies, which only the site that set them can read. The user that comes back has to have an authid. */
export type CheckCookies = (
  cookies: ReadonlyMap<string, string>,
  claim: Claim,
) => User | undefined | Promise<User | undefined>;

const settings: Readonly<Record<keyof CookieOptions, Setting>> = { check: needed(func), provider: text };

/**
 * The cookies of the request that became the WebSocket, for pages of a site that has logged their user in already.
 * Browsers send them along wherever the page is from, so they count where the listener has looked at that: with `'*'`
 * among its `origins` there are none.
 * @throws TypeError for options that are mistaken
 */
export function cookie(options: CookieOptions): Authenticator {
  requireSettings(settings, options);
  const { check, provider = 'dynamic' } = options;
  return {
    method: 'cookie',
    async begin(attempt) {
      const claim = readClaim(attempt, 'cookie', 0);
      if ('type' in claim) return claim;
      const cookies = attempt.cookies();
      const user = cookies.size === 0 ? undefined : await check(cookies, claim);
      if (!user) return denied();
      const { authid } = user;
      if (!authid) throw new TypeError('cookies were judged without saying whose they are: the user has no authid');
      if (claim.authid !== '' && claim.authid !== authid) return denied();
      return accept({ user, authid, method: 'cookie', provider });
    },
  };
}
