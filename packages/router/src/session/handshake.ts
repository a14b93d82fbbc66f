import type { Hello, Id } from '@wigwag/core/wire';
import type { Attempt, Verdict } from '../access/authenticator.js';
import type { ConnectionFacts } from '../access/facts.js';
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

/** The connection that somebody wants to join over. */
export type Connection = Pick<Attempt, 'peer' | 'channelId'> &
  ConnectionFacts & {
    /** The id that the session will have in this realm; it is reserved until the session has joined or ended. */
    sessionId(realm: SessionRealm): Id;
  };

/** @param given whom the session acts as whatever HELLO says, where that is settled already */
export function handshake(
  hello: Hello,
  connection: Connection,
  given: Identity | undefined,
  host: SessionHost,
): Handshake {
  const realm = host.realm(hello.realm);
  if ('uri' in realm) return decided(undefined, { type: 'refused', reason: realm.uri, message: realm.message });
  if (given) return decided(realm, { type: 'accepted', identity: given });
  const authenticator = host.authenticator(hello.details);
  if ('type' in authenticator) return decided(realm, authenticator);
  const { method } = authenticator;
  const attempt: Attempt = {
    realm: realm.name,
    details: hello.details,
    peer: connection.peer,
    session: connection.sessionId(realm),
    channelId: (type) => connection.channelId(type),
    certificate: connection.certificate,
    cookies: connection.cookies,
    call: host.callProcedure,
  };
  return { realm, method, begin: () => authenticator.begin(attempt) };
}

function decided(realm: SessionRealm | undefined, verdict: Verdict): Handshake {
  return { realm, method: '', begin: () => verdict };
}
