import type { Hello } from '@wigwag/core/wire';
import type { Verdict } from '../access/authenticator.js';
import type { SessionHost, SessionRealm } from './host.js';
import type { Identity } from './identity.js';

/** How HELLO is judged, and where the session will be if the verdict is yes. */
export interface Handshake {
  /** `undefined` when there is no such realm, which the verdict says too. */
  readonly realm: SessionRealm | undefined;
  /** The authentication method; empty where none is needed to decide. */
  readonly method: string;
  begin(): Verdict | Promise<Verdict>;
}

/** @param given whom the session acts as whatever HELLO says, where that is settled already */
export function handshake(hello: Hello, peer: string, given: Identity | undefined, host: SessionHost): Handshake {
  const realm = host.realm(hello.realm);
  if ('uri' in realm) return decided(undefined, { type: 'refused', reason: realm.uri, message: realm.message });
  if (given) return decided(realm, { type: 'accepted', identity: given });
  const authenticator = host.authenticator(hello.details);
  if ('type' in authenticator) return decided(realm, authenticator);
  const { method } = authenticator;
  return { realm, method, begin: () => authenticator.begin({ realm: realm.name, details: hello.details, peer }) };
}

function decided(realm: SessionRealm | undefined, verdict: Verdict): Handshake {
  return { realm, method: '', begin: () => verdict };
}
