/** Tickets that are JSON Web Tokens; needs the package `jose` beside this one. */
export type { JwtClaims, JwtKeys, JwtOptions, WebKey } from './jwt.js';
export { jwt } from './jwt.js';
