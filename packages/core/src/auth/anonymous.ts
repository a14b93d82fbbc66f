import type { Auth } from './auth.js';

/** Joins without credentials; what a client without `auth` does anyway, and a last resort behind other methods. */
export function anonymous(): Auth {
  return { method: 'anonymous' };
}
