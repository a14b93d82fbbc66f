import { generateKeyPairSync } from 'node:crypto';
import type { CheckTicket } from '@wigwag/router';
import { jwt } from '@wigwag/router/jwt';
import { SignJWT } from 'jose';

// Drawn anew at each start; the router and the site are one process here. Elsewhere the router has the public half alone.
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const [issuer, audience, algorithm] = ['the shop', "the shop's router", 'EdDSA'];

/** A token for the pages of one user: good for a minute, and for nothing but the router. */
export function issueToken(authid: string): Promise<string> {
  return new SignJWT({ authrole: 'page' })
    .setProtectedHeader({ alg: algorithm })
    .setSubject(authid)
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('1 minute')
    .sign(privateKey);
}

/**
 * What the router makes of such a token. A session outlives its token, because the page fetches a new one only when it
 * connects; leave `endWithToken` off, and it has to do so once a minute.
 */
export const checkToken: CheckTicket = jwt({
  keys: publicKey,
  algorithms: [algorithm],
  issuer,
  audience,
  endWithToken: false,
});
