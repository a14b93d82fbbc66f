import type { Authenticator, Router } from '../../src/index.js';
import { join } from './memory.js';
import type { Message, Peer } from './peer.js';
import { allRoles } from './peer.js';

/** Believes whatever HELLO says of authid and role, so that a test can be anybody. */
export const anybody: Authenticator = {
  method: 'anybody',
  begin: ({ details }) => ({
    type: 'accepted',
    identity: {
      authid: String(details.authid),
      authrole: String(details.authrole),
      authmethod: 'anybody',
      authprovider: 'test',
    },
  }),
};

/** A raw client of a router whose authenticator is `anybody`. */
export function joinAs(
  router: Router,
  authrole: string,
  authid = 'ann',
  realm = 'realm1',
): Promise<Peer & { readonly id: number; readonly welcome: Message }> {
  return join(router, { realm, details: { ...allRoles, authmethods: ['anybody'], authid, authrole } });
}
