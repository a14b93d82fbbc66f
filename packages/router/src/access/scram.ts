import { randomBytes } from 'node:crypto';
import type { ChannelBinding, ScramExchange } from '@wigwag/core/auth';
import { equalBytes, isScramProof, scramMessage, scramServerSignature } from '@wigwag/core/auth';
import type { Dict, Setting } from '@wigwag/core/wire';
import { ErrorUri, flag, fromBase64, func, isDict, toBase64 } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import { accept } from './accept.js';
import type { Attempt, Authenticator, Verdict } from './authenticator.js';
import { denied, readClaim } from './claim.js';
import { strangerSetting, usersSetting } from './settings.js';
import type { StrangerOptions } from './stranger.js';
import { Strangers } from './stranger.js';
import type { Claim, ScramCredential, Users } from './users.js';

/** Options of `scram`. */
export interface ScramOptions extends StrangerOptions {
  readonly users: Users;
  /** Whether only logins that are tied to their TLS connection are taken. Default false: where the client asks for it. */
  readonly requireChannelBinding?: boolean;
  /** For tests. Default: the comparison that the specification names. */
  readonly check?: (proof: Uint8Array, storedKey: Uint8Array, message: string) => boolean;
}

const settings: Readonly<Record<keyof ScramOptions, Setting>> = {
  users: usersSetting,
  strangerSecret: strangerSetting,
  requireChannelBinding: flag,
  check: func,
};

/**
 * A password that neither crosses the wire nor is kept here (spec: "Salted Challenge Response Authentication
 * Mechanism"). The client does the costly part. Each nonce is drawn anew and answered once. Somebody unknown is
 * challenged and judged like everybody else.
 * @throws TypeError for options that are mistaken
 */
export function scram(options: ScramOptions): Authenticator {
  requireSettings(settings, options);
  const { users, strangerSecret, requireChannelBinding = false, check = isScramProof } = options;
  const strangers = new Strangers(users.lookalikes?.filter((user) => user.scram) ?? [], strangerSecret);
  return {
    method: 'wamp-scram',
    async begin(attempt) {
      const asked = readHello(attempt, requireChannelBinding);
      if ('type' in asked) return asked;
      const claim = readClaim(attempt, 'wamp-scram');
      if ('type' in claim) return claim;
      const user = await users.find(claim);
      // Made for a user too, so that time does not tell the two apart.
      const stranger = likeness(claim, strangers);
      const { kdf, salt, iterations, memory, ...keys } = user?.scram ?? stranger;
      const nonce = asked.nonce + toBase64(randomBytes(16));
      const exchange: ScramExchange = {
        authid: claim.authid,
        clientNonce: asked.nonce,
        nonce,
        salt,
        iterations,
        binding: asked.binding,
      };
      return {
        type: 'challenge',
        extra: { nonce, salt, kdf, iterations, memory: kdf === 'argon2id13' ? (memory ?? null) : null },
        answer(signature, extra) {
          const message = scramMessage(exchange);
          const proven = check(fromBase64(signature) ?? new Uint8Array(), keyBytes(keys.storedKey), message);
          const verifier = toBase64(scramServerSignature(keyBytes(keys.serverKey), message));
          if (!proven || !isSame(extra, exchange) || !user?.scram) return denied();
          const { authid } = claim;
          return accept({ user, authid, method: 'wamp-scram', provider: users.provider, extra: { verifier } });
        },
      };
    },
  };
}

type Refused = Extract<Verdict, { type: 'refused' }>;
interface Asked {
  readonly nonce: string;
  readonly binding: { readonly type: ChannelBinding; readonly data: Uint8Array } | undefined;
}

/** Characters of a client's nonce; 8 are what the specification's example has, without its padding. */
const NONCE = /^[A-Za-z0-9+/]{8,256}={0,2}$/;

function readHello({ details, channelId }: Attempt, required: boolean): Asked | Refused {
  const extra: Dict = isDict(details.authextra) ? details.authextra : {};
  const { nonce, channel_binding: type } = extra;
  if (typeof nonce !== 'string' || !NONCE.test(nonce)) {
    const message = 'the method wamp-scram needs HELLO.Details.authextra.nonce, 8 to 256 characters of base64';
    return { type: 'refused', reason: ErrorUri.AUTHENTICATION_REQUIRED, message };
  }
  if (type === undefined || type === null) return required ? unbound() : { nonce, binding: undefined };
  if (type !== 'tls-exporter' && type !== 'tls-unique') return unbound();
  const data = channelId(type);
  return data ? { nonce, binding: { type, data } } : unbound();
}

function unbound(): Refused {
  const message =
    'this login cannot be tied to its TLS connection as it should be: ask for channel_binding "tls-exporter" over ' +
    'TLS 1.3 or "tls-unique" over TLS 1.2, with no proxy in between';
  return { type: 'refused', reason: ErrorUri.AUTHENTICATION_DENIED, message };
}

/** Whether AUTHENTICATE repeats what this exchange is about. */
function isSame(extra: Dict, { nonce, binding }: ScramExchange): boolean {
  const { channel_binding: type = null, cbind_data: data = null } = extra;
  if (extra.nonce !== nonce || type !== (binding?.type ?? null)) return false;
  if (!binding) return data === null;
  const told = typeof data === 'string' ? fromBase64(data) : undefined;
  return told !== undefined && equalBytes(told, binding.data);
}

/** What a stranger is asked: as costly as a user, with a salt that stays the same, for keys that nobody has. */
function likeness({ authid }: Claim, strangers: Strangers): ScramCredential {
  const model = strangers.model(authid)?.scram;
  const { kdf = 'argon2id13', iterations = 2, memory = 19_456 } = model ?? {};
  const length = model ? (fromBase64(model.salt)?.length ?? 16) : 16;
  const salt = toBase64(strangers.bytes(authid, 'salt', length));
  const key = toBase64(randomBytes(32));
  return { kdf, salt, iterations, ...(kdf === 'argon2id13' && { memory }), storedKey: key, serverKey: key };
}

/** @throws TypeError for a credential that was not made by `scramCredential` or its like */
function keyBytes(base64: string): Uint8Array {
  const bytes = fromBase64(base64);
  if (bytes?.length !== 32) throw new TypeError('a user has a SCRAM key that is not 32 bytes in base64');
  return bytes;
}
