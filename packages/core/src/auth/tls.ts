import { text } from '../wire/rules.js';
import { requireSettings } from '../wire/settings.js';
import type { Auth } from './auth.js';

/** Options of `tls`. */
export interface TlsAuthOptions {
  /** Default: the router finds out by the certificate. */
  readonly authid?: string;
}

/**
 * Logs in by the client certificate that the connection was opened with: in Node `socket: { cert, key }`, in browsers one
 * that the browser asks its user for.
 * @throws InvalidArgumentError
 */
export function tls(options: TlsAuthOptions = {}): Auth {
  requireSettings({ authid: text }, options);
  const { authid } = options;
  return { method: 'tls', identify: () => ({ authid }) };
}
