import type { Cancel, Dict, Id, Publish, Uri } from '@wigwag/core/wire';
import { Code, ErrorUri, Payload } from '@wigwag/core/wire';
import { Broker } from './broker/broker.js';
import type { ConfirmationLimits } from './broker/confirmations.js';
import { Confirmations } from './broker/confirmations.js';
import { History } from './broker/history.js';
import type { BrokerLimits } from './broker/limits.js';
import type { PublishingPolicy } from './broker/policy.js';
import { checkPublish } from './broker/policy.js';
import type { Clock } from './clock.js';
import type { CallingPolicy } from './dealer/calling.js';
import { Dealer } from './dealer/dealer.js';
import type { DealerLimits } from './dealer/limits.js';
import { Effort } from './effort.js';
import type { Fabric, FabricRealm } from './fabric/fabric.js';
import type { HistoryPageLimits } from './meta/history-page.js';
import type { MetaLimits } from './meta/meta.js';
import { Meta } from './meta/meta.js';
import type { Emit, SessionInfo } from './observe/events.js';
import type { RealmStats } from './observe/stats.js';
import { Counters } from './observe/stats.js';
import type { Admission, Admitted, Refusal, Stage } from './session/admission.js';
import { isRefused, refusalOf } from './session/admission.js';
import type { SessionRealm } from './session/host.js';
import type { Member } from './session/member.js';
import type { RoutedMessage, SessionEnd } from './session/state.js';
import type { Retention } from './store/rules.js';
import type { HistoryStore } from './store/store.js';

/** What a realm needs of its router. */
export interface RealmContext {
  readonly fabric: Fabric;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: BrokerLimits & MetaLimits & DealerLimits & HistoryPageLimits & ConfirmationLimits;
  /** The stages that a message of the session would pass, for what is asked for in another way. */
  readonly admit: Stage;
  /** Which events are kept and where; without rules, none are. */
  readonly history: { readonly rules: readonly Retention[]; readonly store: HistoryStore };
  /** Whether sessions may define and describe (spec: "Interface Reflection"). */
  readonly reflection: boolean;
  readonly publishing: PublishingPolicy;
  readonly calling: CallingPolicy;
  report(error: unknown, where: string): void;
}

/** A routing domain: sessions meet only those of their own realm. Wires its broker and its dealer to its sessions. */
export class Realm implements SessionRealm {
  readonly name: Uri;
  readonly #emit: Emit;
  readonly #fabric: FabricRealm;
  readonly #broker: Broker;
  readonly #dealer: Dealer;
  readonly #meta: Meta;
  readonly #members = new Map<Id, Member>();
  readonly #counters = new Counters();
  readonly #effort = new Effort();

  constructor(name: Uri, context: RealmContext) {
    const { fabric, emit, clock, random, limits, publishing, calling, report, admit } = context;
    const { rules, store } = context.history;
    const history = rules.length > 0 ? new History(store.open(name), rules) : undefined;
    this.name = name;
    this.#emit = emit;
    this.#fabric = fabric.join(name, (publication) => this.#broker.deliver(publication));
    const shared = { realm: name, fabric: this.#fabric, counters: this.#counters, emit };
    this.#meta = new Meta({
      fabric: this.#fabric,
      limits,
      reflection: context.reflection,
      members: this.#members,
      audience: (topic) => this.#broker.hasAudience(topic),
      refuse: (caller, call, refusal) => this.refuse(caller, call, refusal),
      admitPublish: (member, publish) => {
        const conclude = (admission: Admission) =>
          isRefused(admission) ? admission : (checkPublish({ ...publish, ...admission }, publishing) ?? admission);
        const answer = admit(member, publish);
        return answer instanceof Promise ? answer.then(conclude) : conclude(answer);
      },
      bequeath: (member, publish) => this.#bequeath(member, publish),
      charge: (effort) => {
        this.#effort.spent += effort;
      },
      report,
    });
    const observer = this.#meta.subscriptions;
    const confirmations = new Confirmations(clock, limits);
    this.#broker = new Broker({
      ...shared,
      clock,
      effort: this.#effort,
      confirmations,
      limits,
      policy: publishing,
      history,
      report,
      observer,
    });
    this.#dealer = new Dealer({
      ...shared,
      clock,
      random,
      limits,
      policy: calling,
      report,
      observer: this.#meta.registrations,
    });
    const { directory } = this.#broker;
    this.#meta.serve({
      subscriptions: {
        directory,
        maxListed: limits.maxListed,
        revoke: (member, id, reason) => this.#broker.revoke(id, member, reason).length > 0,
      },
      registrations: {
        directory: this.#dealer.directory,
        maxListed: limits.maxListed,
        revoke: (member, id, reason) => this.#dealer.revoke(id, member, reason),
      },
      publications: { confirmations, clock, confirmationTime: limits.confirmationTime },
      history: history && {
        directory,
        history,
        limits,
        mayNotSubscribe: (member, { match, uri }) =>
          refusalOf(admit(member, { code: Code.SUBSCRIBE, request: 1, options: { match }, topic: uri })),
      },
    });
  }

  /** @param queuedBytes bytes that wait for this realm's clients to read them */
  stats(queuedBytes: number): RealmStats {
    return {
      ...this.#counters,
      sessions: this.#members.size,
      subscriptions: this.#broker.subscriptions,
      registrations: this.#dealer.registrations,
      calls: this.#dealer.calls,
      queuedCalls: this.#dealer.queuedCalls,
      retained: this.#broker.retained,
      stored: this.#broker.stored,
      unconfirmed: this.#broker.unconfirmed,
      testaments: this.#meta.testaments,
      definitions: this.#meta.definitions,
      queuedBytes,
    };
  }

  get effort(): number {
    return this.#effort.spent;
  }

  reserve(): Id {
    return this.#fabric.openSession();
  }

  release(id: Id): void {
    this.#fabric.closeSession(id);
  }

  enter(member: Member, reserved: Id = this.reserve()): Id {
    this.#members.set(reserved, member);
    this.#counters.joined++;
    return reserved;
  }

  joined(member: Member): void {
    // Sending WELCOME may have ended it already.
    if (!this.#members.has(member.id)) return;
    this.#emit('session:joined', this.info(member));
    this.#meta.joined(member);
  }

  leave(member: Member, end: SessionEnd): void {
    if (this.#members.get(member.id) !== member) return;
    this.#members.delete(member.id);
    this.#broker.leave(member);
    this.#dealer.leave(member);
    this.#meta.left(member);
    this.#fabric.closeSession(member.id);
    const info = this.info(member);
    this.#emit('session:left', info, end);
    if (end.type === 'overflow') {
      this.#counters.dropped++;
      this.#emit('session:dropped', info, end);
    }
  }

  info({ id, identity, peer }: Member): SessionInfo {
    return { id, realm: this.name, ...identity, peer };
  }

  cancel(member: Member, message: Cancel): boolean {
    return this.#meta.cancel(member, message.request) || this.#dealer.cancel(member, message);
  }

  route(member: Member, message: Admitted<RoutedMessage>): void {
    const refusal = this.#handle(member, message);
    if (refusal) this.refuse(member, message, refusal);
  }

  /** Answers with ERROR what can be answered; a publication that nobody acknowledges is counted and reported only. */
  refuse(member: Member, message: RoutedMessage, refusal: Refusal): void {
    if (refusal.uri === ErrorUri.NOT_AUTHORIZED) this.#counters.denied++;
    if (message.code === Code.PUBLISH) {
      const acknowledged = message.options.acknowledge === true;
      this.#counters.refusedPublishes++;
      this.#emit('publish:refused', {
        ...refusal,
        session: this.info(member),
        topic: message.topic,
        acknowledged,
      });
      if (!acknowledged) return;
    }
    if (message.code === Code.CALL) {
      this.#meta.procedures.requireNew(member, message);
      this.#dealer.refuse(member, message, refusal);
      return;
    }
    if (!('request' in message)) return;
    const { code: requestType, request } = message;
    const details: Dict = {};
    const payload = Payload.of([refusal.message]);
    member.send({ code: Code.ERROR, requestType, request, details, error: refusal.uri, payload });
  }

  /** Nothing is delivered to this realm any more. */
  close(): void {
    this.#fabric.leave();
  }

  /** It was admitted when it was made; what the broker refuses all the same is counted and reported. */
  #bequeath(member: Member, publish: Admitted<Publish>): void {
    const refusal = this.#broker.publish(member, publish);
    if (refusal) this.refuse(member, publish, refusal);
  }

  #handle(member: Member, message: Admitted<RoutedMessage>): Refusal | undefined {
    switch (message.code) {
      case Code.PUBLISH:
        return this.#broker.publish(member, message);
      case Code.SUBSCRIBE:
        return this.#broker.subscribe(member, message);
      case Code.UNSUBSCRIBE: {
        const { request, subscription } = message;
        if (!this.#broker.unsubscribe(member, subscription)) {
          return none(ErrorUri.NO_SUCH_SUBSCRIPTION, `this session has no subscription ${subscription}`);
        }
        member.send({ code: Code.UNSUBSCRIBED, request });
        return undefined;
      }
      case Code.CALL:
        this.#meta.procedures.requireNew(member, message);
        if (this.#dealer.proceed(member, message)) return undefined;
        return this.#meta.procedures.serves(message.procedure)
          ? this.#meta.procedures.call(member, message)
          : this.#dealer.call(member, message);
      case Code.REGISTER:
        return this.#dealer.register(member, message);
      case Code.UNREGISTER: {
        const { request, registration } = message;
        if (!this.#dealer.unregister(member, registration)) {
          return none(ErrorUri.NO_SUCH_REGISTRATION, `this session has no registration ${registration}`);
        }
        member.send({ code: Code.UNREGISTERED, request });
        return undefined;
      }
      case Code.YIELD:
        this.#dealer.yield(member, message);
        return undefined;
      case Code.ERROR:
        this.#dealer.error(member, message);
        return undefined;
      case Code.EVENT_RECEIVED:
        this.#broker.received(member, message);
        return undefined;
    }
  }
}

function none(uri: Uri, message: string): Refusal {
  return { uri, message };
}
