import type { Challenge, Dict } from '../wire/messages.js';
import { text } from '../wire/rules.js';
import type { Setting } from '../wire/settings.js';
import { amount, needed, requireSettings } from '../wire/settings.js';
import type { Auth } from './auth.js';
import { AuthenticationError } from './errors.js';
import { askSecret, secretSetting } from './secret.js';
import type { WampcraSalting } from './wampcra-signature.js';

/** Options of `wampcra`. */
export interface WampcraOptions {
  readonly authid: string;
  /** The shared secret, or the password where the router salts it. Called at each join. */
  readonly secret: () => string | Promise<string>;
  /** Rounds of PBKDF2 that a router may ask for: what asks for more would keep this side busy. Default 10 000 000. */
  readonly maxIterations?: number;
}

const settings: Readonly<Record<keyof WampcraOptions, Setting>> = {
  authid: /* @__PURE__ */ needed(text),
  secret: /* @__PURE__ */ secretSetting('secret'),
  maxIterations: amount,
};

/**
 * A shared secret that never crosses the wire (spec: "Challenge Response Authentication").
 * @throws InvalidArgumentError
 */
export function wampcra(options: WampcraOptions): Auth {
  requireSettings(settings, options);
  const { authid, secret, maxIterations = 10_000_000 } = options;
  return {
    method: 'wampcra',
    identify: () => ({ authid }),
    async prove({ extra }: Challenge) {
      const { challenge } = extra;
      if (typeof challenge !== 'string') {
        throw new AuthenticationError("the router's CHALLENGE for wampcra has no text to sign");
      }
      const salting = readSalting(extra, maxIterations);
      const { wampcraKey, wampcraSignature } = await import('./wampcra-signature.js');
      const shared = await askSecret('secret', secret);
      const key = salting ? await wampcraKey(shared, salting) : shared;
      return { signature: wampcraSignature(key, challenge) };
    },
  };
}

/** Bytes of a derived key that a router may ask for. */
const MAX_KEYLEN = 1024;

/** @throws AuthenticationError for costs that this side will not pay */
function readSalting(extra: Dict, maxIterations: number): WampcraSalting | undefined {
  const { salt, iterations = 1000, keylen = 32 } = extra;
  if (salt === undefined || salt === null) return undefined;
  if (typeof salt !== 'string' || !isCount(iterations, maxIterations) || !isCount(keylen, MAX_KEYLEN)) {
    throw new AuthenticationError(
      `the router's CHALLENGE for wampcra asks for a salted password in a way that this client does not accept: ` +
        `\`salt\` is text, \`iterations\` from 1 to ${maxIterations}, \`keylen\` from 1 to ${MAX_KEYLEN}`,
    );
  }
  return { salt, iterations, keylen };
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}
