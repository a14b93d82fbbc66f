import type { Auth, Identity, Join, Proof } from '../auth/auth.js';
import * as Code from '../wire/codes.js';
import * as ErrorUri from '../wire/error-uris.js';
import { announcing } from '../wire/features.js';
import type { Challenge, Dict, Hello, Uri } from '../wire/messages.js';
import { WampError } from './errors.js';
import type { Roles } from './role.js';

/** HELLO, with what each authentication method has to say of who joins. */
export async function makeHello(realm: Uri, auth: readonly Auth[], playing: Roles): Promise<Hello> {
  const identities: Identity[] = await Promise.all(auth.map(async (method) => (await method.identify?.()) ?? {}));
  const authid = identities.find((identity) => identity.authid !== undefined)?.authid;
  const authextra = mergeExtras(identities.map((identity) => identity.authextra ?? {}));
  return {
    code: Code.HELLO,
    realm,
    details: {
      agent: 'wigwag',
      roles: Object.fromEntries(
        Object.entries(playing).map(([name, { features }]) => [name, { features: announcing(features) }]),
      ),
      ...(auth.length > 0 && { authmethods: auth.map(({ method }) => method) }),
      ...(authid !== undefined && { authid }),
      ...(Object.keys(authextra).length > 0 && { authextra }),
    },
  };
}

/** One `authextra` for all methods: what one of them says is not taken back by the null of another. */
function mergeExtras(extras: readonly Dict[]): Dict {
  const entries = extras.flatMap((extra) => Object.entries(extra));
  // The nulls first, and otherwise in order: of one name, what comes last holds.
  entries.sort(([, one], [, other]) => Number(other === null) - Number(one === null));
  return Object.fromEntries(entries);
}

/** Whether every method that may be used makes the router prove itself too. */
export function isMutual(auth: readonly Auth[]): boolean {
  return auth.length > 0 && auth.every(({ mutual = false }) => mutual);
}

/** The answer to CHALLENGE. @throws WampError when no method of ours was asked for */
export async function proveIdentity(challenge: Challenge, auth: readonly Auth[], join: Join): Promise<Proof> {
  const method = auth.find((candidate) => candidate.method === challenge.method);
  if (!method?.prove) {
    const offered = auth.map((candidate) => candidate.method).join(', ') || 'none';
    throw new WampError(ErrorUri.NO_MATCHING_AUTH_METHOD, [
      `the router asks for "${challenge.method}" and this client offers: ${offered}`,
    ]);
  }
  return method.prove(challenge, join);
}
