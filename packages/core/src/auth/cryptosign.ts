import { flag, rule, text } from '../wire/rules.js';
import type { Setting } from '../wire/settings.js';
import { requireSettings } from '../wire/settings.js';
import type { Auth, ChannelBinding } from './auth.js';
import { askedBinding, bindingSetting, unboundMessage } from './channel-binding.js';
import { AuthenticationError } from './errors.js';
import { askSecret, secretSetting } from './secret.js';

/** Options of `cryptosign`. */
export interface CryptosignOptions {
  /** Default: the router finds out by the public key. */
  readonly authid?: string;
  /** Ed25519, 32 bytes in hex. Called twice at each join: for the public key, and to sign. */
  readonly privateKey: () => string | Promise<string>;
  /**
   * Ties the login to this TLS connection, so that nobody in the middle can pass it on; a router that does not is
   * refused. `tls-exporter` needs TLS 1.3, `tls-unique` TLS 1.2; browsers know neither. Default: none.
   */
  readonly channelBinding?: ChannelBinding;
  /**
   * Whether the router has to show that it drew the challenge for this very connection, as ours does where `channelBinding`
   * is asked for. Without that, somebody in the middle who speaks WAMP himself, and chooses the challenge that fits, can
   * still pass the login on: the specification's binding is not proof against it. Default false: where the router
   * shows it, it is checked.
   */
  readonly requireBoundChallenge?: boolean;
}

const signatures = () => import('./cryptosign-signature.js');

const keyRule = /* @__PURE__ */ rule(
  'a private key, 32 bytes in hex',
  (value): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value),
);

const settings: Readonly<Record<keyof CryptosignOptions, Setting>> = {
  authid: text,
  privateKey: /* @__PURE__ */ secretSetting('privateKey'),
  channelBinding: bindingSetting,
  requireBoundChallenge: flag,
};

/**
 * A key pair whose private half never leaves this side (spec: "Cryptosign-based Authentication").
 * @throws InvalidArgumentError
 */
export function cryptosign(options: CryptosignOptions): Auth {
  requireSettings(settings, options);
  const { authid, privateKey, channelBinding, requireBoundChallenge = false } = options;
  const key = () => askSecret('privateKey', privateKey, keyRule);
  return {
    method: 'cryptosign',
    async identify() {
      const { cryptosignPublicKey } = await signatures();
      const pubkey = await cryptosignPublicKey(await key());
      return { authid, authextra: { pubkey, channel_binding: channelBinding ?? null } };
    },
    async prove({ extra }, join) {
      const { challenge, channel_binding: bound, _nonce: nonce } = extra;
      if (typeof challenge !== 'string' || !/^[0-9a-f]{64}$/i.test(challenge)) {
        throw new AuthenticationError("the router's CHALLENGE for cryptosign is not 32 bytes in hex");
      }
      const binding = askedBinding(join.hello);
      if ((bound ?? undefined) !== binding) throw unwanted(binding);
      const data = binding && join.channelId(binding);
      if (binding && !data) throw new AuthenticationError(unboundMessage(binding));
      const { cryptosignChannelId, cryptosignSignature } = await signatures();
      const channelId = binding && data && cryptosignChannelId(binding, data);
      if (requireBoundChallenge || (channelId && nonce !== undefined)) await requireBound(challenge, nonce, channelId);
      return { signature: await cryptosignSignature(await key(), challenge, channelId) };
    },
  };
}

/** @throws AuthenticationError when the challenge was not drawn for this connection, or that is not shown */
async function requireBound(challenge: string, nonce: unknown, channelId: Uint8Array | undefined): Promise<void> {
  if (typeof nonce !== 'string' || !/^[0-9a-f]{64}$/i.test(nonce) || !channelId) {
    throw new AuthenticationError(
      'the router does not show that it drew the challenge for this connection: it has to be one of ours, and channelBinding to be set',
    );
  }
  if ((await signatures()).isBoundChallenge(challenge, nonce, channelId)) return;
  throw new AuthenticationError('the challenge was drawn for another connection: somebody is in the middle');
}

function unwanted(channelBinding: ChannelBinding | undefined): AuthenticationError {
  return new AuthenticationError(
    channelBinding
      ? `this client ties its login to the TLS connection by ${channelBinding}, and the router does not: it has no TLS of its own, or another version`
      : 'the router ties the login to the TLS connection, and this client did not ask for that',
  );
}
