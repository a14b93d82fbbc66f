import { randomBytes } from 'node:crypto';
import type { ChannelBinding } from '@wigwag/core/auth';
import { cryptosignBoundChallenge, cryptosignChannelId, cryptosignMessage, equalBytes } from '@wigwag/core/auth';
import type { Dict, Setting } from '@wigwag/core/wire';
import { ErrorUri, flag, func, isDict } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import { accept } from './accept.js';
import type { Attempt, Authenticator, Verdict } from './authenticator.js';
import { denied, readClaim } from './claim.js';
import { verifyEd25519 } from './ed25519.js';
import { usersSetting } from './settings.js';
import type { User, Users } from './users.js';

/** Options of `cryptosign`. */
export interface CryptosignOptions {
  readonly users: Users;
  /** Whether only logins that are tied to their TLS connection are taken. Default false: where the client asks for it. */
  readonly requireChannelBinding?: boolean;
  /** For tests. Default: Ed25519. */
  readonly verify?: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}

const settings: Readonly<Record<keyof CryptosignOptions, Setting>> = {
  users: usersSetting,
  requireChannelBinding: flag,
  verify: func,
};

/**
 * A key pair whose private half never leaves the client (spec: "Cryptosign-based Authentication"), with channel binding
 * where the client asks for it and the router has the TLS connection in its hands. Each challenge is drawn anew and
 * answered once. An unknown key is challenged and judged like a known one.
 * @throws TypeError for options that are mistaken
 */
export function cryptosign(options: CryptosignOptions): Authenticator {
  requireSettings(settings, options);
  const { users, requireChannelBinding = false, verify = verifyEd25519 } = options;
  return {
    method: 'cryptosign',
    async begin(attempt) {
      const asked = readHello(attempt);
      if ('type' in asked) return asked;
      const claim = readClaim(attempt, 'cryptosign', 0);
      if ('type' in claim) return claim;
      const { authid } = claim;
      const { publicKey, binding } = asked;
      const data = binding && attempt.channelId(binding);
      const channelId = binding && data && cryptosignChannelId(binding, data);
      if (requireChannelBinding && !channelId) return unbound();
      const user = await users.find({ ...claim, publicKey });
      const nonce = randomBytes(32);
      const challenge = channelId ? cryptosignBoundChallenge(nonce, channelId) : nonce;
      const message = cryptosignMessage(challenge, channelId);
      return {
        type: 'challenge',
        extra: {
          challenge: Buffer.from(challenge).toString('hex'),
          channel_binding: channelId ? (binding ?? null) : null,
          // Ours: shows that the challenge was drawn for this connection.
          ...(channelId && { _nonce: nonce.toString('hex') }),
        },
        answer(signature) {
          const answer = bytesOf(signature, 96);
          // Verified in any case, so that a key that nobody has takes as long as one that somebody has.
          const signed = verify(Buffer.from(publicKey, 'hex'), message, answer.subarray(0, 64));
          const right = equalBytes(answer.subarray(64), message) && signed;
          if (!right || !user || !owns(user, publicKey)) return denied();
          const name = authid === '' ? publicKey : authid;
          return accept({ user, authid: name, method: 'cryptosign', provider: users.provider });
        },
      };
    },
  };
}

interface Asked {
  readonly publicKey: string;
  readonly binding: ChannelBinding | undefined;
}

function readHello({ details }: Attempt): Asked | Extract<Verdict, { type: 'refused' }> {
  const extra: Dict = isDict(details.authextra) ? details.authextra : {};
  const { pubkey, channel_binding: binding } = extra;
  if (typeof pubkey !== 'string' || !/^[0-9a-f]{64}$/i.test(pubkey)) {
    const message = 'the method cryptosign needs HELLO.Details.authextra.pubkey, 32 bytes in hex';
    return { type: 'refused', reason: ErrorUri.AUTHENTICATION_REQUIRED, message };
  }
  return {
    publicKey: pubkey.toLowerCase(),
    binding: binding === 'tls-exporter' || binding === 'tls-unique' ? binding : undefined,
  };
}

function unbound(): Verdict {
  const message =
    'this router takes logins that are tied to their TLS connection only: ask for channel_binding ' +
    '"tls-exporter" over TLS 1.3 or "tls-unique" over TLS 1.2, with no proxy in between';
  return { type: 'refused', reason: ErrorUri.AUTHENTICATION_DENIED, message };
}

function owns({ cryptosign = [] }: User, publicKey: string): boolean {
  return cryptosign.some((key) => key.toLowerCase() === publicKey);
}

/** So many bytes of hex; zeros, which are no answer, for anything else. */
function bytesOf(hex: string, length: number): Uint8Array {
  return hex.length === 2 * length && /^[0-9a-f]*$/i.test(hex) ? Buffer.from(hex, 'hex') : new Uint8Array(length);
}
