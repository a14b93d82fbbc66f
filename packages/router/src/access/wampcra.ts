import { randomBytes } from 'node:crypto';
import { equalBytes, wampcraSignature } from '@wigwag/core/auth';
import type { Dict, Setting } from '@wigwag/core/wire';
import { func } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import { accept } from './accept.js';
import type { Attempt, Authenticator } from './authenticator.js';
import { denied, readClaim } from './claim.js';
import { strangerSetting, usersSetting } from './settings.js';
import type { StrangerOptions } from './stranger.js';
import { Strangers } from './stranger.js';
import type { Claim, User, Users, WampcraCredential } from './users.js';

/** Options of `wampcra`. */
export interface WampcraOptions extends StrangerOptions {
  readonly users: Users;
  /** For tests. Default: the HMAC that the specification names. */
  readonly sign?: (secret: string, challenge: string) => string;
  /** Milliseconds since 1970, for the challenge's timestamp. Default `Date.now`. */
  readonly now?: () => number;
}

const settings: Readonly<Record<keyof WampcraOptions, Setting>> = {
  users: usersSetting,
  strangerSecret: strangerSetting,
  sign: func,
  now: func,
};

/**
 * A shared secret that never crosses the wire (spec: "Challenge Response Authentication"). Each challenge is drawn
 * anew, is for one session, and is answered once. Somebody unknown is challenged and judged like everybody else.
 * @throws TypeError for options that are mistaken
 */
export function wampcra(options: WampcraOptions): Authenticator {
  requireSettings(settings, options);
  const { users, strangerSecret, sign = wampcraSignature, now = Date.now } = options;
  const strangers = new Strangers(users.lookalikes?.filter((user) => user.wampcra) ?? [], strangerSecret);
  return {
    method: 'wampcra',
    async begin(attempt) {
      const claim = readClaim(attempt, 'wampcra');
      if ('type' in claim) return claim;
      const user = await users.find(claim);
      const { authrole, authid = claim.authid, credential } = facts(claim, user, strangers);
      const identity = { authid, authrole, authmethod: 'wampcra', authprovider: users.provider };
      const challenge = makeChallenge(attempt, identity, now());
      return {
        type: 'challenge',
        extra: { challenge, ...salting(credential) },
        answer(signature) {
          const text = new TextEncoder();
          const right = equalBytes(text.encode(sign(credential.secret, challenge)), text.encode(signature));
          if (!right || !user?.wampcra) return denied();
          return accept({ user, authid: claim.authid, method: 'wampcra', provider: users.provider });
        },
      };
    },
  };
}

/** What a challenge is made of, for a user or for a stranger, whose secret nobody knows. */
function facts(claim: Claim, user: User | undefined, strangers: Strangers) {
  // Made for a user too, so that time does not tell the two apart.
  const stranger = likeness(claim, strangers);
  if (!user?.wampcra) return stranger;
  const { authrole, authid, wampcra: credential } = user;
  return { authrole, authid, credential };
}

function likeness({ authid }: Claim, strangers: Strangers) {
  const { authrole = 'user', wampcra: { salt, iterations, keylen } = {} } = strangers.model(authid) ?? {};
  const drawn = strangers.salt(authid, salt ?? '');
  const credential: WampcraCredential = {
    secret: randomBytes(32).toString('base64'),
    ...(salt !== undefined && { salt: drawn }),
    ...(iterations !== undefined && { iterations }),
    ...(keylen !== undefined && { keylen }),
  };
  return { authrole, authid: undefined, credential };
}

function makeChallenge(attempt: Attempt, identity: Dict, now: number): string {
  return JSON.stringify({
    ...identity,
    nonce: randomBytes(32).toString('base64url'),
    timestamp: new Date(now).toISOString(),
    session: attempt.session,
  });
}

function salting({ salt, iterations = 1000, keylen = 32 }: WampcraCredential): Dict {
  return salt === undefined ? {} : { salt, iterations, keylen };
}
