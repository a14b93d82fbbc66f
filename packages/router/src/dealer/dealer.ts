import { textOf } from '@wigwag/core/session';
import type { Call, Cancel, Id, Register, Uri, WampErrorMessage, Yield } from '@wigwag/core/wire';
import { announces, Code, ErrorUri, ProtocolError } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { FabricRealm } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { unsendable } from '../session/unsendable.js';
import { answer } from './answer.js';
import { CallIds } from './call-ids.js';
import { makeCallee } from './callee.js';
import type { Caller } from './caller.js';
import type { CallingPolicy } from './calling.js';
import { checkCall, checkRegister } from './calling.js';
import { grantFrom, grantParts } from './credit.js';
import type { RegistrationDirectory } from './directory.js';
import { Endings, isInterruptible } from './endings.js';
import { advanceInput, requireCallsInParts } from './input.js';
import type { Invocation } from './invocations.js';
import { Invocations } from './invocations.js';
import { KeptCalls } from './kept-calls.js';
import type { DealerLimits } from './limits.js';
import { invocationOf } from './message.js';
import type { DealerObserver } from './observer.js';
import type { QueuedCall } from './queue.js';
import { CallQueue } from './queue.js';
import type { Registration, RegistrationObserver } from './registrations.js';
import { Registrations } from './registrations.js';
import { Results } from './results.js';
import { Routing } from './routing.js';
import { Surveys } from './surveys.js';
import { Workload } from './workload.js';

/** What a dealer needs of its realm. */
export interface DealerContext {
  readonly realm: Uri;
  readonly fabric: FabricRealm;
  readonly counters: Counters;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Numbers in [0, 1), for `invoke: "random"`. */
  readonly random: () => number;
  readonly observer: DealerObserver;
  readonly policy: CallingPolicy;
  readonly limits: DealerLimits;
  /** Something of the application's threw. */
  report(error: unknown, where: string): void;
}

/** Takes calls to callees and results back (spec: "Remote Procedure Calls"). */
export class Dealer {
  readonly #context: DealerContext;
  readonly #registrations: Registrations;
  readonly #invocations = new Invocations();
  readonly #callIds: CallIds;
  readonly #workload = new Workload();
  readonly #queue: CallQueue;
  readonly #surveys: Surveys;
  readonly #endings: Endings;
  readonly #routing: Routing;
  readonly #results: Results;

  constructor(context: DealerContext) {
    this.#context = context;
    const { clock, limits } = context;
    const info = ({ id, uri, match }: Registration) => ({ id, uri, match, realm: context.realm });
    const observer: RegistrationObserver = {
      created: (registration) => context.emit('registration:created', info(registration)),
      removed: (registration) => context.emit('registration:removed', info(registration)),
      unregistered: (member, registration) =>
        context.observer.unregistered(member, registration, registration.callees.length === 0),
    };
    this.#registrations = new Registrations(() => context.fabric.drawRegistration(), observer, limits);
    this.#callIds = new CallIds(limits.maxPendingCalls);
    const kept = new KeptCalls(limits.maxQueuedBytes);
    this.#queue = new CallQueue(kept, limits.maxQueuedCalls);
    this.#surveys = new Surveys(
      {
        invoke: (registration, callee, survey, call) => this.#routing.invoke(registration, callee, survey, call, {}),
        cancel: (survey, request, mode, error) => {
          const invocation = this.#invocations.ofCaller(survey, request);
          if (invocation) this.#endings.cancel(invocation, mode, error, 'the survey is over');
        },
      },
      clock,
    );
    this.#endings = new Endings({
      invocations: this.#invocations,
      callIds: this.#callIds,
      kept,
      clock,
      limits,
      onFree: (callee, id) => this.#routing.free(callee, id),
    });
    this.#routing = new Routing({
      ...context,
      registrations: this.#registrations,
      invocations: this.#invocations,
      queue: this.#queue,
      kept,
      workload: this.#workload,
      surveys: this.#surveys,
      endings: this.#endings,
      proceed: (caller, message) => void this.proceed(caller, message),
    });
    this.#results = new Results(this.#invocations, this.#endings, this.#routing);
  }

  get registrations(): number {
    return this.#registrations.size;
  }

  /** What there is, to be read only. */
  get directory(): RegistrationDirectory {
    return this.#registrations;
  }

  /** Calls that await their result, those that wait for a callee included. */
  get calls(): number {
    return this.#invocations.size + this.#queue.size;
  }

  /** Calls that wait for a callee. */
  get queuedCalls(): number {
    return this.#queue.size;
  }

  /** @returns why not, where it cannot be registered */
  register(member: Member, message: Admitted<Register>): Refusal | undefined {
    const { request, procedure, options } = message;
    const { match = 'exact', invoke = 'single' } = options;
    const refusal = checkRegister(message, this.#context.policy);
    if (refusal) return refusal;
    const callee = makeCallee(member, message);
    const present = this.#registrations.lookup(match, procedure);
    for (const { member: former } of this.#registrations.yielding(callee, procedure, match)) {
      if (present) this.#revoke(present, former, `session ${member.id} took ${procedure} over`);
    }
    const created = this.#registrations.lookup(match, procedure) === undefined;
    const registration = this.#registrations.add(callee, procedure, match, invoke);
    const refused = 'message' in registration;
    if (!refused) {
      member.send({ code: Code.REGISTERED, request, registration: registration.id });
      // Behind REGISTERED, as everything that this may lead to.
      this.#context.observer.registered(member, registration, created);
      this.#routing.serve(registration, callee);
    }
    // What waited for those who gave way.
    if (present && present !== registration) this.#routing.redistribute(present);
    return refused ? registration : undefined;
  }

  /** @returns whether `member` held the registration; its open calls may still be answered */
  unregister(member: Member, id: Id): boolean {
    const registration = this.#registrations.get(id);
    if (!registration || !this.#registrations.remove(member, id)) return false;
    this.#routing.redistribute(registration);
    return true;
  }

  /**
   * Takes a registration away from a callee, and tells it if it announced `registration_revocation` (spec:
   * "Registration Revocation"); its open calls may still be answered.
   * @returns whether `member` held it
   */
  revoke(id: Id, member: Member, reason?: string): boolean {
    const registration = this.#registrations.get(id);
    if (!registration || !this.#revoke(registration, member, reason)) return false;
    this.#routing.redistribute(registration);
    return true;
  }

  /**
   * Takes a CALL that belongs to one before: another part of it, a grant, or what comes late for one that is over.
   * @returns whether it does; else it opens a call
   * @throws ProtocolError when it belongs to a call that is open, and cannot
   */
  proceed(caller: Caller, message: Admitted<Call>): boolean {
    const { request, options } = message;
    const granted = grantFrom(caller, 'caller', message);
    if (options.progress && granted === undefined) requireCallsInParts(caller);
    const invocation = this.#invocations.ofCaller(caller, request);
    if (invocation) {
      if (granted === undefined) this.#feed(invocation, message);
      else if (invocation.metered) grantParts(invocation, granted);
      return true;
    }
    const queued = this.#queue.ofCaller(caller, request);
    if (queued) {
      if (granted === undefined) this.#keep(queued, message);
      return true;
    }
    if (granted === undefined) this.#requireNoSurvey(caller, request);
    if (this.#callIds.isOver(caller, request)) return true;
    return granted !== undefined && this.#callIds.isPast(caller, request);
  }

  /** A CALL that opens a call. @returns why not, where it cannot be routed */
  call(caller: Member, message: Admitted<Call>): Refusal | undefined {
    const { request, procedure, options } = message;
    if (options.progress) requireCallsInParts(caller);
    const refusal = checkCall(message, this.#context.policy);
    if (refusal) return refusal;
    const registration = this.#registrations.best(procedure);
    if (!registration) return { uri: ErrorUri.NO_SUCH_PROCEDURE, message: `nobody has registered ${procedure}` };
    const { maxPendingCalls } = this.#context.limits;
    const pending = this.#invocations.countOf(caller) + this.#queue.countOf(caller) + this.#surveys.countOf(caller);
    if (pending >= maxPendingCalls) {
      const message = `this session waits for ${maxPendingCalls} calls, as many as the router allows (maxPendingCalls)`;
      return { uri: ErrorUri.LIMIT_EXCEEDED, message };
    }
    this.#callIds.opened(caller, request);
    return this.#routing.route(registration, caller, message, { left: options.timeout });
  }

  /**
   * Answers a CALL that is refused, whoever refuses it: one that opens a call with ERROR, and one that belongs to an
   * open call by ending that. What is late is not answered again.
   * @throws ProtocolError as `proceed`
   */
  refuse(caller: Member, message: Call, { uri, message: why }: Refusal): void {
    const { request, options } = message;
    const invocation = this.#invocations.ofCaller(caller, request);
    const queued = this.#queue.ofCaller(caller, request);
    const open = invocation ?? queued;
    if (open && grantFrom(caller, 'caller', message) === undefined) advanceInput(open, message);
    if (invocation) this.#endings.cancel(invocation, 'killnowait', uri, why);
    else if (queued) this.#routing.giveUp(queued, uri, why);
    else if (!this.#callIds.isOver(caller, request)) {
      this.#requireNoSurvey(caller, request);
      if (options.progress) this.#callIds.ended(caller, request);
      answer({ caller, request }, uri, why);
    }
  }

  /** @throws ProtocolError when a survey, which takes its input as a whole, is open under this id */
  #requireNoSurvey(caller: Caller, request: Id): void {
    if (!this.#surveys.ofCaller(caller, request)) return;
    throw new ProtocolError(`CALL.Request ${request} is the id of a call that is still open`);
  }

  /** Another part of a call in progress; it goes where the first went. */
  #feed(invocation: Invocation, message: Call): void {
    advanceInput(invocation, message);
    // Its callee was told to stop, and only the answer to that is awaited.
    if (invocation.killed) return;
    this.#endings.commit(invocation);
    try {
      if (!invocation.callee.sendPart(invocationOf(invocation, message))) {
        this.#endings.overflow(invocation, 'the callee', 'the parts of the call');
      }
    } catch (error) {
      const message = `the callee cannot be sent these arguments: ${textOf(error)}`;
      this.#endings.cancel(invocation, 'killnowait', unsendable(error), message);
    }
  }

  /** Another part of a call that waits for a callee. */
  #keep(queued: QueuedCall, message: Admitted<Call>): void {
    advanceInput(queued, message);
    if (this.#queue.append(queued, message)) return;
    const { procedure } = message;
    const why = `every callee of ${procedure} is busy (concurrency), and there is no room for more parts of the call`;
    this.#routing.giveUp(queued, ErrorUri.UNAVAILABLE, `${why} (maxQueuedBytes); call again later`);
  }

  /**
   * CANCEL of a call that is over, or never was, is no error: the result may have been on its way.
   * @returns whether the call was open
   */
  cancel(caller: Member, { request, options }: Cancel): boolean {
    const invocation = this.#invocations.ofCaller(caller, request);
    if (!invocation) {
      const queued = this.#queue.ofCaller(caller, request);
      if (queued)
        this.#routing.giveUp(queued, ErrorUri.CANCELED, 'canceled by the caller before a callee had a place free');
      const survey = this.#surveys.ofCaller(caller, request);
      survey?.cancel(options.mode ?? 'killnowait');
      return (queued ?? survey) !== undefined;
    }
    this.#endings.cancel(invocation, options.mode ?? 'killnowait', ErrorUri.CANCELED, 'canceled by the caller');
    return true;
  }

  /** @throws ProtocolError when the callee was never sent such an INVOCATION */
  yield(callee: Member, message: Yield): void {
    this.#results.yield(callee, message);
  }

  /** @throws ProtocolError when the callee was never sent such an INVOCATION */
  error(callee: Member, message: WampErrorMessage): void {
    this.#results.error(callee, message);
  }

  /** Its registrations go, its callers are told, its callees are interrupted. */
  leave(member: Member): void {
    this.#queue.leave(member);
    this.#surveys.leave(member);
    const registrations = this.#registrations.removeAll(member);
    this.#workload.leave(member);
    const { asCaller, asCallee } = this.#invocations.leave(member);
    this.#callIds.leave(member);
    for (const invocation of asCallee) {
      if (invocation.caller !== member) this.#lose(invocation);
    }
    for (const invocation of asCaller) {
      this.#endings.settle(invocation);
      if (invocation.callee !== member && isInterruptible(invocation.callee)) {
        this.#endings.interrupt(invocation, 'killnowait', ErrorUri.CANCELED);
      }
    }
    for (const registration of registrations) this.#routing.redistribute(registration);
  }

  /** A call's callee left. */
  #lose(invocation: Invocation): void {
    if (this.#routing.rerun(invocation)) return;
    this.#endings.settle(invocation);
    this.#endings.remember(invocation);
    answer(invocation, ErrorUri.CANCELED, 'the session that served the call left');
  }

  #revoke({ id: registration }: Registration, member: Member, reason: string | undefined): boolean {
    if (!this.#registrations.remove(member, registration)) return false;
    if (announces(member.details, 'callee', 'registration_revocation')) {
      const details = { registration, ...(reason !== undefined && { reason }) };
      member.send({ code: Code.UNREGISTERED, request: 0, details });
    }
    return true;
  }
}
