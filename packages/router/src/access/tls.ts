import { ErrorUri } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import { accept } from './accept.js';
import type { Authenticator, Verdict } from './authenticator.js';
import { denied, readClaim } from './claim.js';
import type { ClientCertificate } from './facts.js';
import { usersSetting } from './settings.js';
import type { User, Users } from './users.js';

/** Options of `tls`. */
export interface TlsAuthOptions {
  readonly users: Users;
}

/**
 * A client certificate, on a listener that asks for one (`tls: { clientCertificates, ca }`). Without a claimed authid its
 * common name is taken for one. The session ends when the certificate expires, if it has not by then.
 * @throws TypeError for options that are mistaken
 */
export function tls(options: TlsAuthOptions): Authenticator {
  requireSettings({ users: usersSetting }, options);
  const { users } = options;
  return {
    method: 'tls',
    async begin(attempt) {
      const certificate = attempt.certificate();
      if (!certificate) return withoutCertificate();
      const claim = readClaim(attempt, 'tls', 0);
      if ('type' in claim) return claim;
      const authid = claim.authid === '' ? (certificate.commonName ?? '') : claim.authid;
      const user = authid === '' ? undefined : await users.find({ ...claim, authid });
      if (!user || !proves(certificate, authid, user)) return denied();
      const expires = Math.min(user.expires ?? Number.POSITIVE_INFINITY, certificate.validTo);
      return accept({ user: { ...user, expires }, authid, method: 'tls', provider: users.provider });
    },
  };
}

function proves({ names, fingerprint }: ClientCertificate, authid: string, { tls: trusted }: User): boolean {
  if (trusted === 'any') return names.includes(authid);
  return trusted?.some((known) => known.replaceAll(':', '').toLowerCase() === fingerprint) ?? false;
}

function withoutCertificate(): Verdict {
  const message =
    'the method tls needs a client certificate that this listener trusts: connect by TLS and show one, with no proxy in between';
  return { type: 'refused', reason: ErrorUri.AUTHENTICATION_REQUIRED, message };
}
