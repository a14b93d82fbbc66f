import type { Call, Id, Publish } from '@wigwag/core/wire';
import type { BrokerObserver } from '../broker/observer.js';
import type { DealerObserver } from '../dealer/observer.js';
import type { FabricRealm } from '../fabric/fabric.js';
import type { Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import type { DefinitionLimits } from './definitions.js';
import { Definitions } from './definitions.js';
import type { HistoryAccess } from './history-procedures.js';
import { historyProcedures } from './history-procedures.js';
import { MetaProcedures } from './procedures.js';
import type { PublicationAccess } from './publication-procedures.js';
import { publicationProcedures } from './publication-procedures.js';
import type { PublishMeta } from './publisher.js';
import { metaPublisher } from './publisher.js';
import { reflectionProcedures, tellDefinition } from './reflection-procedures.js';
import { registrationEvents } from './registration-events.js';
import type { RegistrationAccess } from './registration-procedures.js';
import { registrationProcedures } from './registration-procedures.js';
import { SessionDetails } from './session-details.js';
import type { SessionEvents } from './session-events.js';
import { sessionEvents } from './session-events.js';
import type { Members } from './session-procedures.js';
import { sessionProcedures } from './session-procedures.js';
import { subscriptionEvents } from './subscription-events.js';
import type { SubscriptionAccess } from './subscription-procedures.js';
import { subscriptionProcedures } from './subscription-procedures.js';
import type { AdmitPublish } from './testament-procedures.js';
import { testamentProcedures } from './testament-procedures.js';
import type { TestamentLimits } from './testaments.js';
import { Testaments } from './testaments.js';

/** How much the meta API keeps, and tells at a time. */
export interface MetaLimits extends TestamentLimits, DefinitionLimits {
  readonly maxSessionDetails: number;
  readonly maxListed: number;
}

/** What the meta API needs of its realm. */
export interface MetaContext {
  readonly fabric: FabricRealm;
  readonly limits: MetaLimits;
  /** Whether sessions may define and describe (spec: "Interface Reflection"). */
  readonly reflection: boolean;
  readonly members: Members;
  /** Whether anybody here would get an event of a topic. */
  audience(topic: string): boolean;
  refuse(caller: Member, call: Call, refusal: Refusal): void;
  /** Whether a session may publish this. */
  readonly admitPublish: AdmitPublish;
  /** Publishes in the name of a session that has left. */
  bequeath(member: Member, publish: Publish): void;
  /** Takes account of what a call was to carry out (`Effort`). */
  readonly charge: (effort: number) => void;
  report(error: unknown, where: string): void;
}

/** What broker and dealer let the meta API read and do. */
export interface Served {
  readonly subscriptions: SubscriptionAccess;
  readonly registrations: RegistrationAccess;
  readonly publications: PublicationAccess;
  readonly history?: HistoryAccess | undefined;
}

/**
 * The meta API of one realm: the procedures that the router serves itself, and the events that it publishes. Broker
 * and dealer know it as their observer only.
 */
export class Meta {
  readonly publish: PublishMeta;
  readonly procedures: MetaProcedures;
  readonly subscriptions: BrokerObserver;
  readonly registrations: DealerObserver;
  readonly #sessions: SessionEvents;
  readonly #details: SessionDetails;
  readonly #members: Members;
  readonly #testaments: Testaments;
  readonly #definitions: Definitions;
  readonly #context: MetaContext;
  /** While all sessions of the realm are killed. */
  #quiet = false;

  constructor(context: MetaContext) {
    const { fabric, limits, members } = context;
    this.#context = context;
    this.#members = members;
    this.#testaments = new Testaments(limits);
    this.#definitions = new Definitions(limits);
    this.publish = metaPublisher(fabric, (topic) => context.audience(topic));
    this.procedures = new MetaProcedures(context);
    this.subscriptions = subscriptionEvents(this.publish);
    this.registrations = registrationEvents(this.publish);
    this.#details = new SessionDetails(limits.maxSessionDetails);
    this.#sessions = sessionEvents(this.publish, this.#details);
    this.procedures.add(sessionProcedures(members, this.#details, limits.maxListed, (kill) => this.#quietly(kill)));
    this.procedures.add(testamentProcedures(this.#testaments, context.admitPublish));
    if (context.reflection) {
      this.procedures.add(reflectionProcedures(this.#definitions, this.publish, limits.maxListed));
    }
  }

  /** Adds what tells about, and changes, subscriptions and registrations; and what was published, where it is kept. */
  serve({ subscriptions, registrations, publications, history }: Served): void {
    this.procedures.add(subscriptionProcedures(this.#members, subscriptions));
    this.procedures.add(registrationProcedures(this.#members, registrations));
    this.procedures.add(publicationProcedures(publications));
    if (history) this.procedures.add(historyProcedures(history));
  }

  /** What sessions leave behind if they end now. */
  get testaments(): number {
    return this.#testaments.size;
  }

  /** What sessions have described. */
  get definitions(): number {
    return this.#definitions.size;
  }

  /** WELCOME was sent. */
  joined(member: Member): void {
    this.#sessions.joined(member);
  }

  /**
   * Its subscriptions and registrations are gone already. Then go its definitions, its testaments come, and behind them
   * the word that it left.
   */
  left(member: Member): void {
    this.procedures.leave(member);
    this.#details.forget(member);
    for (const change of this.#definitions.leave(member)) tellDefinition(this.publish, change);
    const testaments = this.#testaments.take(member);
    if (this.#quiet) return;
    for (const publish of testaments) this.#context.bequeath(member, publish);
    this.#sessions.left(member);
  }

  /** Does what ends all sessions, which is no news and leaves no testaments (spec: "wamp.session.kill_all"). */
  #quietly<T>(work: () => T): T {
    this.#quiet = true;
    try {
      return work();
    } finally {
      this.#quiet = false;
    }
  }

  /** @returns whether there was such a call of a meta procedure */
  cancel(caller: Member, request: Id): boolean {
    return this.procedures.cancel(caller, request);
  }
}
