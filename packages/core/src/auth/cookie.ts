import type { Auth } from './auth.js';

/** Logs in by the cookies that the browser sends along, for a page whose site has logged its user in already. */
export function cookie(): Auth {
  return { method: 'cookie' };
}
