import type { Id, Uri } from '@wigwag/core/wire';
import { RequestIds, randomId } from '@wigwag/core/wire';
import type { Fabric, FabricRealm, Publication } from './fabric.js';

type Deliver = (publication: Publication) => void;

/** Options of `memoryFabric`. */
export interface MemoryFabricOptions {
  /** Numbers in [0, 1), for the ids of sessions and publications. Default `Math.random`. */
  readonly random?: () => number;
}

/** The fabric of a single process: a publication is a direct call to each router that shares it. */
export function memoryFabric({ random = Math.random }: MemoryFabricOptions = {}): Fabric {
  const realms = new Map<Uri, Shared>();
  const sessions = new Set<Id>();
  return {
    join(name, deliver) {
      const shared = realms.get(name) ?? new Shared();
      realms.set(name, shared);
      return join(shared, deliver, sessions, random);
    },
  };
}

/** What the routers of one realm share. */
class Shared {
  readonly members = new Set<Deliver>();
  readonly subscriptions = new RequestIds();
  readonly registrations = new RequestIds();
}

function join(realm: Shared, deliver: Deliver, sessions: Set<Id>, random: () => number): FabricRealm {
  // A function of its own for each join, so that the same `deliver` may join twice.
  const member: Deliver = (publication) => deliver(publication);
  realm.members.add(member);
  return {
    openSession() {
      let id = randomId(random);
      while (sessions.has(id)) id = randomId(random);
      sessions.add(id);
      return id;
    },
    closeSession: (id) => void sessions.delete(id),
    drawPublication: () => randomId(random),
    drawSubscription: () => realm.subscriptions.next(),
    drawRegistration: () => realm.registrations.next(),
    get alone() {
      return realm.members.size === 1;
    },
    publish(publication) {
      for (const each of realm.members) each(publication);
    },
    leave: () => void realm.members.delete(member),
  };
}
