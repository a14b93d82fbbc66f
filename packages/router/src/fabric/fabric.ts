import type { Id, Payload, PublishOptions, Uri } from '@wigwag/core/wire';

/** Who acts: a session, and the identity it acts with. */
export interface Actor {
  readonly id: Id;
  readonly authid: string;
  readonly authrole: string;
}

/** One accepted PUBLISH on its way to the subscribers of its realm, wherever they are. */
export interface Publication {
  readonly id: Id;
  readonly topic: Uri;
  readonly options: PublishOptions;
  /** `undefined` where the router itself publishes. */
  readonly publisher: Actor | undefined;
  /** How far the publisher's router trusts it, where that is configured (spec: "Publication Trust Levels"). */
  readonly trustlevel?: number | undefined;
  readonly payload: Payload | undefined;
  /** Bytes of the payload as it was received. */
  readonly size: number;
}

/** One router's place in one realm of the fabric. */
export interface FabricRealm {
  /** An id that no live session of the fabric has; random over 1..2^53 (spec: "Identifiers", global scope). */
  openSession(): Id;
  /** The id is free again. */
  closeSession(id: Id): void;
  /** Random over 1..2^53 (global scope). */
  drawPublication(): Id;
  /** Unique in the realm across all routers of the fabric, never drawn twice (router scope). */
  drawSubscription(): Id;
  /** As `drawSubscription`. */
  drawRegistration(): Id;
  /** Whether no other router is in this realm: then nobody but this router's own sessions gets a publication. */
  readonly alone: boolean;
  /** Carries it to every router in this realm, this one included; per publisher in order. Fire and forget. */
  publish(publication: Publication): void;
  /** Nothing is delivered here any more. */
  leave(): void;
}

/** The port to what connects routers. A realm of the same name is the same realm on every router of one fabric. */
export interface Fabric {
  /** @param deliver told of each publication of the realm, those of this router included */
  join(realm: Uri, deliver: (publication: Publication) => void): FabricRealm;
}
