import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import type { Transport } from '@wigwag/core/transport';
import { linkedPair } from '@wigwag/core/transport';
import type { Serializer } from '@wigwag/core/wire';
import type { Router } from '../../src/router.js';
import { Peer } from './peer.js';

/** A raw client that takes no longer messages than `maxSend`, as RawSocket clients may; not joined yet. */
export function limited(router: Router, maxSend: number, serializer: Serializer = jsonSlices()): Peer {
  const [near, far] = linkedPair(serializer);
  const transport: Transport = new Proxy(far, {
    get: (target, name) => {
      if (name === 'maxSend') return maxSend;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  router.attach(transport);
  return new Peer(near);
}
