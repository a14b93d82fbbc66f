import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { linkedPair } from '@wigwag/core/transport';
import type { Serializer } from '@wigwag/core/wire';
import type { Router } from '../../src/router.js';
import type { Identity } from '../../src/session/identity.js';
import type { Message } from './peer.js';
import { Peer } from './peer.js';

/** A raw client linked to `router` in memory, not joined yet. */
export function connect(router: Router, serializer: Serializer = jsonSlices(), identity?: Identity): Peer {
  const [near, far] = linkedPair(serializer, { peer: 'test' });
  router.attach(far, identity && { identity });
  return new Peer(near);
}

/** A raw client in `realm`. */
export async function join(
  router: Router,
  options: {
    readonly realm?: string;
    readonly details?: Record<string, unknown>;
    readonly serializer?: Serializer;
    /** Whom it acts as, without having to prove it. */
    readonly identity?: Identity;
  } = {},
): Promise<Peer & { readonly id: number; readonly welcome: Message }> {
  const peer = connect(router, options.serializer, options.identity);
  const welcome = await peer.join(options.realm, options.details);
  return Object.assign(peer, { id: Number(welcome[1]), welcome });
}
