import { Code, ErrorUri } from '@wigwag/core/wire';
import { afterEach, expect } from 'vitest';
import type { RouterOptions, Rule } from '../../src/index.js';
import { allowAll, byRole, Router, rules } from '../../src/index.js';
import { anybody } from './as.js';
import type { Message, Peer } from './peer.js';

let routers: Router[] = [];
afterEach(async () => {
  await Promise.all(routers.map((router) => router.close()));
  routers = [];
});

/** Closed behind the test. */
export function routerFor(options: RouterOptions = {}): Router {
  const router = new Router(options);
  routers.push(router);
  return router;
}

/** A router whose role `page` has these rules, and whose role `backend` may do everything. */
export function routerWith(...list: readonly Rule[]): Router {
  return routerFor({ authenticators: [anybody], authorization: byRole({ page: rules(list), backend: allowAll }) });
}

export type Asked = 'publish' | 'subscribe' | 'call' | 'register';

/** Asks, and tells whether it was allowed: a call that is allowed finds nobody who serves it. */
export async function may(peer: Peer, action: Asked, uri: string, match = 'exact'): Promise<boolean> {
  const answer = await ask(peer, action, uri, match);
  const error = answer[0] === Code.ERROR ? answer[4] : undefined;
  if (error === ErrorUri.NOT_AUTHORIZED) return false;
  expect([undefined, ErrorUri.NO_SUCH_PROCEDURE]).toContain(error);
  return true;
}

export function ask(peer: Peer, action: Asked, uri: string, match = 'exact'): Promise<Message> {
  if (action === 'publish') return peer.ask(Code.PUBLISH, { acknowledge: true }, uri);
  if (action === 'call') return peer.ask(Code.CALL, {}, uri);
  return peer.ask(action === 'subscribe' ? Code.SUBSCRIBE : Code.REGISTER, { match }, uri);
}
