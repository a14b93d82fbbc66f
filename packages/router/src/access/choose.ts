import type { Dict } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Authenticator, Verdict } from './authenticator.js';

/**
 * The first method of HELLO.Details.authmethods that this router offers. A client that names none means `anonymous`
 * (AutobahnJS leaves the list off, Thruway sends an empty one).
 */
export function chooseAuthenticator(
  details: Dict,
  offered: readonly Authenticator[],
): Authenticator | Extract<Verdict, { type: 'refused' }> {
  const named = Array.isArray(details.authmethods) ? details.authmethods : [];
  const wanted = named.length > 0 ? named : ['anonymous'];
  for (const method of wanted) {
    const authenticator = offered.find((candidate) => candidate.method === method);
    if (authenticator) return authenticator;
  }
  const names = offered.map(({ method }) => method).join(', ');
  const message = `this router offers the authentication methods ${names}; put one of them in HELLO.Details.authmethods`;
  return { type: 'refused', reason: ErrorUri.NO_MATCHING_AUTH_METHOD, message };
}
