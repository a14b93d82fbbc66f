import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import type { Transport } from '@wigwag/core/transport';
import { linkedPair } from '@wigwag/core/transport';
import type { Router } from '../../src/index.js';
import { Peer } from './peer.js';

/** A raw client in `realm1` over a transport that says of itself whether it is local, or does not say. */
export async function joinOver(router: Router, { local }: Pick<Transport, 'local'>): Promise<Peer> {
  const [near, far] = linkedPair(jsonSlices(), { peer: 'test' });
  router.attach(Object.defineProperty(far, 'local', { value: local }));
  const peer = new Peer(near);
  await peer.join();
  return peer;
}
