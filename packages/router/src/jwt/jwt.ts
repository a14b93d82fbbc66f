import type { Setting } from '@wigwag/core/wire';
import { amount, flag, func, needed, object, rule, someOf } from '@wigwag/core/wire';
import type { JWTPayload } from 'jose';
import { errors, jwtVerify } from 'jose';
import type { CheckTicket } from '../access/ticket.js';
import type { Claim, User } from '../access/users.js';
import { requireSettings } from '../settings.js';
import type { JwtKeys, WebKey } from './keys.js';
import { keyFinder } from './keys.js';

export type { JwtKeys, WebKey };

/** What a token says, verified (RFC 7519, section 4). */
export type JwtClaims = JWTPayload;

/** Options of `jwt`. */
export interface JwtOptions {
  readonly keys: JwtKeys;
  /** Signature algorithms that are taken, such as `['EdDSA']`; a token that names another one is refused. */
  readonly algorithms: readonly string[];
  /** `iss`: who must have issued the token. */
  readonly issuer: string | readonly string[];
  /** `aud`: for whom it must be; any of these. */
  readonly audience: string | readonly string[];
  /** Seconds that the issuer's clock and this one may differ. Default 5. */
  readonly clockTolerance?: number;
  /** Characters of a token. Default 8 192. */
  readonly maxLength?: number;
  /**
   * Whom a verified token makes of its bearer; `undefined` refuses. Default: the authid is `sub`, the role is the claim
   * `authrole`, and both have to be there.
   */
  readonly user?: (claims: JwtClaims, claim: Claim) => User | undefined | Promise<User | undefined>;
  /** Whether the session ends when its token does, so that the client has to come with a new one. Default true. */
  readonly endWithToken?: boolean;
  /** Told why a token is refused; the client is not. Default: nobody. */
  readonly onRefused?: (reason: Error, claim: Claim) => void;
}

const isName = (value: unknown) => typeof value === 'string' && value !== '';
// An empty list would be taken for "any".
const names = someOf('names', isName);
const oneOrSome = rule('a name, or a list of names, one at least', (value) => isName(value) || names.accepts(value));

const settings: Readonly<Record<keyof JwtOptions, Setting>> = {
  keys: {
    ...rule('a secret as bytes, a key, JSON Web Keys, or the URL of a set of them', object.accepts),
    needed: true,
    secret: true,
  },
  algorithms: needed(names),
  issuer: needed(oneOrSome),
  audience: needed(oneOrSome),
  clockTolerance: amount,
  maxLength: amount,
  user: func,
  endWithToken: flag,
  onRefused: func,
};

/**
 * Judges tickets that are signed JSON Web Tokens: `ticket({ check: jwt({ … }) })`. A token has to expire. One that is
 * somebody else's than the authid that the client claims is refused; a client may claim none.
 * @throws TypeError for options that are mistaken, and for those with which anybody could get in
 */
export function jwt(options: JwtOptions): CheckTicket {
  requireSettings(settings, options);
  const { algorithms, clockTolerance = 5, maxLength = 8192, user = userFrom, endWithToken = true, onRefused } = options;
  const [issuer, audience] = [list(options.issuer), list(options.audience)];
  if (algorithms.includes('none')) throw new TypeError('the algorithm "none" is no signature');
  const findKey = keyFinder(options.keys);

  const verify = async (token: string): Promise<JwtClaims> => {
    if (token.length > maxLength) throw new RefusedToken(`it is longer than ${maxLength} characters`);
    const required = { algorithms: [...algorithms], issuer, audience, clockTolerance, requiredClaims: ['exp'] };
    return (await jwtVerify(token, findKey, required)).payload;
  };
  const identify = async (token: string, claim: Claim): Promise<User> => {
    const claims = await verify(token);
    const found = await user(claims, claim);
    if (!found) throw new RefusedToken('it makes nobody of its bearer');
    const authid = found.authid ?? claims.sub ?? '';
    if (authid === '') throw new RefusedToken('it does not say whose it is');
    if (claim.authid !== '' && claim.authid !== authid) throw new RefusedToken("it is somebody else's");
    const ends = endWithToken && claims.exp !== undefined ? (claims.exp + clockTolerance) * 1000 : undefined;
    const expires = Math.min(found.expires ?? Number.POSITIVE_INFINITY, ends ?? Number.POSITIVE_INFINITY);
    return { ...found, authid, ...(Number.isFinite(expires) && { expires }) };
  };

  return async (token, claim) => {
    try {
      return await identify(token, claim);
    } catch (error) {
      if (!isTokensFault(error)) throw error;
      onRefused?.(error, claim);
      return undefined;
    }
  };
}

function userFrom({ authrole }: JwtClaims): User | undefined {
  return typeof authrole === 'string' && authrole !== '' ? { authrole } : undefined;
}

function list(value: string | readonly string[]): string[] {
  return typeof value === 'string' ? [value] : [...value];
}

/** A token that is well signed, and not good enough. */
class RefusedToken extends Error {
  override readonly name = 'RefusedToken';
}

/** `code` of errors that say that the keys could not be had, or are none. */
const keysFault: ReadonlySet<string> = new Set([
  'ERR_JOSE_GENERIC',
  'ERR_JWK_INVALID',
  'ERR_JWKS_INVALID',
  'ERR_JWKS_TIMEOUT',
]);

/** Whether the token is to blame; else the keys are, or a function of the application failed. */
function isTokensFault(error: unknown): error is Error {
  if (error instanceof RefusedToken) return true;
  return error instanceof errors.JOSEError && !keysFault.has(error.code);
}
