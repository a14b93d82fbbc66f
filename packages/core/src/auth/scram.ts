import { fromBase64, toBase64 } from '../wire/base64.js';
import { isDict } from '../wire/fields.js';
import type { Challenge, Dict, Hello, Welcome } from '../wire/messages.js';
import { text } from '../wire/rules.js';
import type { Setting } from '../wire/settings.js';
import { amount, group, needed, requireSettings } from '../wire/settings.js';
import type { Auth, ChannelBinding, Join } from './auth.js';
import { equalBytes } from './bytes.js';
import { askedBinding, bindingSetting, unboundMessage } from './channel-binding.js';
import { AuthenticationError } from './errors.js';
import { saslprep } from './saslprep.js';
import type { ScramSalting } from './scram-kdf.js';
import type { ScramExchange } from './scram-proof.js';
import { askSecret, secretSetting } from './secret.js';

/** The least and the most of something. */
export interface ScramRange {
  readonly least: number;
  readonly most: number;
}

/**
 * What a router may ask of this side. One that asks for less may be a false one that is after a hash which is easily
 * guessed from, one that asks for more would keep this side busy.
 */
export interface ScramLimits {
  /** Rounds of PBKDF2. Default 4 096 to 10 000 000. */
  readonly pbkdf2Iterations?: ScramRange;
  /** Passes of Argon2. Default 1 to 64. */
  readonly argon2Iterations?: ScramRange;
  /** Memory of Argon2, KiB. Default 8 192 to 1 048 576, that is 8 MiB to 1 GiB. */
  readonly argon2Memory?: ScramRange;
}

function allLimits({
  pbkdf2Iterations = { least: 4096, most: 10_000_000 },
  argon2Iterations = { least: 1, most: 64 },
  argon2Memory = { least: 8192, most: 2 ** 20 },
}: ScramLimits = {}): Required<ScramLimits> {
  return { pbkdf2Iterations, argon2Iterations, argon2Memory };
}

/** Options of `scram`. */
export interface ScramOptions {
  readonly authid: string;
  /** Called at each join. */
  readonly password: () => string | Promise<string>;
  /**
   * Ties the login to this TLS connection, so that nobody in the middle can pass it on. `tls-exporter` needs TLS 1.3,
   * `tls-unique` TLS 1.2; browsers know neither. Default: none.
   */
  readonly channelBinding?: ChannelBinding;
  readonly limits?: ScramLimits;
}

/** Of what a router may ask. */
const range = /* @__PURE__ */ group({ least: /* @__PURE__ */ needed(amount), most: /* @__PURE__ */ needed(amount) });
const limitSettings: Readonly<Record<keyof ScramLimits, Setting>> = {
  pbkdf2Iterations: range,
  argon2Iterations: range,
  argon2Memory: range,
};
const settings: Readonly<Record<keyof ScramOptions, Setting>> = {
  authid: /* @__PURE__ */ needed(text),
  password: /* @__PURE__ */ secretSetting('password'),
  channelBinding: bindingSetting,
  limits: /* @__PURE__ */ group(limitSettings),
};

/**
 * A password that neither crosses the wire nor is kept by the router, which has to prove that it knows the user too
 * (spec: "Salted Challenge Response Authentication Mechanism").
 * @throws InvalidArgumentError
 */
export function scram(options: ScramOptions): Auth {
  requireSettings(settings, options);
  const { authid, password, channelBinding, limits } = options;
  const bounds = allLimits(limits);
  return {
    method: 'wamp-scram',
    mutual: true,
    async identify() {
      const { randomBytes } = await import('@noble/hashes/utils.js');
      const nonce = toBase64(randomBytes(16));
      return { authid: saslprep(authid), authextra: { nonce, channel_binding: channelBinding ?? null } };
    },
    async prove({ extra }: Challenge, join: Join) {
      const salting = readSalting(extra, bounds);
      const exchange = readExchange(extra, join, salting);
      const [{ scramSaltedPassword }, { scramMessage, scramProof }] = await Promise.all([
        import('./scram-kdf.js'),
        import('./scram-proof.js'),
      ]);
      const saltedPassword = await scramSaltedPassword(await askSecret('password', password), salting);
      const { proof, serverSignature } = scramProof(saltedPassword, scramMessage(exchange));
      const { nonce, binding } = exchange;
      return {
        signature: toBase64(proof),
        extra: {
          nonce,
          channel_binding: binding?.type ?? null,
          cbind_data: binding ? toBase64(binding.data) : null,
        },
        verify: (welcome) => checkServer(welcome, serverSignature),
      };
    },
  };
}

/** @throws AuthenticationError for what this side will not compute */
function readSalting(extra: Dict, limits: Required<ScramLimits>): ScramSalting {
  const { kdf, salt, iterations, memory } = extra;
  if (typeof salt !== 'string' || fromBase64(salt) === undefined) throw refused('`salt` is base64');
  if (kdf === 'pbkdf2') {
    if (!isWithin(iterations, limits.pbkdf2Iterations)) throw refused(limited('iterations', limits.pbkdf2Iterations));
    return { kdf, salt, iterations };
  }
  if (kdf === 'argon2id13') {
    if (!isWithin(iterations, limits.argon2Iterations)) throw refused(limited('iterations', limits.argon2Iterations));
    if (!isWithin(memory, limits.argon2Memory)) throw refused(limited('memory', limits.argon2Memory));
    return { kdf, salt, iterations, memory };
  }
  throw refused('`kdf` is "pbkdf2" or "argon2id13"');
}

/** @throws AuthenticationError when the router answered another HELLO, or the connection cannot be tied to */
function readExchange(extra: Dict, { hello, channelId }: Join, { salt, iterations }: ScramSalting): ScramExchange {
  const { authid = '' } = hello.details;
  const clientNonce = nonceOf(hello);
  const { nonce } = extra;
  if (typeof nonce !== 'string' || !nonce.startsWith(clientNonce) || nonce === clientNonce) {
    throw refused('`nonce` begins with the one of HELLO and goes on');
  }
  const type = askedBinding(hello);
  const data = type && channelId(type);
  if (type && !data) throw new AuthenticationError(unboundMessage(type));
  const binding = type && data ? { type, data } : undefined;
  return { authid: String(authid), clientNonce, nonce, salt, iterations, binding };
}

function nonceOf({ details }: Hello): string {
  const nonce = isDict(details.authextra) ? details.authextra.nonce : undefined;
  if (typeof nonce === 'string') return nonce;
  throw new AuthenticationError('HELLO went out without the nonce of wamp-scram');
}

/** What is wrong with a WELCOME that should come from a router which knows the user's keys. */
function checkServer({ details }: Welcome, signature: Uint8Array): AuthenticationError | undefined {
  const { verifier } = isDict(details.authextra) ? details.authextra : {};
  // The specification's example has RFC 5802's `v=` before it, its text has not.
  const told = typeof verifier === 'string' ? fromBase64(verifier.replace(/^v=/, '')) : undefined;
  if (told && equalBytes(told, signature)) return undefined;
  return new AuthenticationError(
    'the router could not prove that it knows this user: WELCOME.Details.authextra.verifier is ' +
      (told ? 'wrong' : 'not there'),
  );
}

function isWithin(value: unknown, { least, most }: ScramRange): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function limited(name: string, { least, most }: ScramRange): string {
  return `\`${name}\` is from ${least} to ${most}`;
}

function refused(what: string): AuthenticationError {
  return new AuthenticationError(`the router's CHALLENGE for wamp-scram is none that this client answers: ${what}`);
}
