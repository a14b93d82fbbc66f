import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

interface Secret {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** Who may log in to the shop. A real one keeps them in a database; what is kept of a password is a hash in any case. */
const users: ReadonlyMap<string, Secret> = new Map([
  ['ann@example.com', seal('apple')],
  ['bob@example.com', seal('banana')],
]);
const nobody = seal(randomBytes(16).toString('hex'));

/** Whether this is the user's password. For somebody unknown it is found out as slowly as for everybody else. */
export function isPassword(email: string, password: string): boolean {
  const known = users.get(email);
  const { salt, hash } = known ?? nobody;
  return timingSafeEqual(scryptSync(password, salt, 32), hash) && known !== undefined;
}

function seal(password: string): Secret {
  const salt = randomBytes(16);
  return { salt, hash: scryptSync(password, salt, 32) };
}
