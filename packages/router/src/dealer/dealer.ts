import type { Call, Cancel, CancelMode, Id, Register, Uri, WampErrorMessage, Yield } from '@wigwag/core/wire';
import { announces, Code, ErrorUri, nameOf, Payload, ProtocolError } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { FabricRealm } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import { canRead, passthru } from '../passthru.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import type { Callee } from './callee.js';
import { isFree, makeCallee } from './callee.js';
import type { Caller } from './caller.js';
import type { CallingPolicy } from './calling.js';
import { checkCall, checkRegister } from './calling.js';
import { chooseCallee } from './choice.js';
import { invocationDetails } from './details.js';
import type { RegistrationDirectory } from './directory.js';
import type { Invocation } from './invocations.js';
import { Invocations } from './invocations.js';
import type { DealerLimits } from './limits.js';
import type { DealerObserver } from './observer.js';
import type { QueuedCall } from './queue.js';
import { CallQueue } from './queue.js';
import type { Registration, RegistrationObserver } from './registrations.js';
import { Registrations } from './registrations.js';
import { Surveys } from './surveys.js';
import { MAX_TIMEOUT } from './timeout.js';
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
  readonly #workload = new Workload();
  readonly #queue: CallQueue;
  readonly #surveys: Surveys;

  constructor(context: DealerContext) {
    this.#context = context;
    const info = ({ id, uri, match }: Registration) => ({ id, uri, match, realm: context.realm });
    const observer: RegistrationObserver = {
      created: (registration) => context.emit('registration:created', info(registration)),
      removed: (registration) => context.emit('registration:removed', info(registration)),
      unregistered: (member, registration) =>
        context.observer.unregistered(member, registration, registration.callees.length === 0),
    };
    this.#registrations = new Registrations(() => context.fabric.drawRegistration(), observer, context.limits);
    this.#queue = new CallQueue(context.limits);
    this.#surveys = new Surveys(
      {
        invoke: (registration, callee, survey, call) => this.#invoke(registration, callee, survey, call, undefined),
        cancel: (survey, request, mode, error) => {
          const invocation = this.#invocations.ofCaller(survey, request);
          if (invocation) this.#cancel(invocation, mode, error, 'the survey is over');
        },
      },
      context.clock,
    );
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
      this.#serve(registration, callee);
    }
    // What waited for those who gave way.
    if (present && present !== registration) this.#redistribute(present);
    return refused ? registration : undefined;
  }

  /** @returns whether `member` held the registration; its open calls may still be answered */
  unregister(member: Member, id: Id): boolean {
    const registration = this.#registrations.get(id);
    if (!registration || !this.#registrations.remove(member, id)) return false;
    this.#redistribute(registration);
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
    this.#redistribute(registration);
    return true;
  }

  /**
   * @returns why not, where it cannot be routed
   * @throws ProtocolError when the request id is one of a call that is still open
   */
  call(caller: Member, message: Admitted<Call>): Refusal | undefined {
    const { request, procedure, options } = message;
    if (this.#isOpen(caller, request)) {
      throw new ProtocolError(`CALL.Request ${request} is the id of a call that is still open`);
    }
    if (options.progress) {
      return { uri: ErrorUri.FEATURE_NOT_SUPPORTED, message: 'this router takes no calls in parts (options.progress)' };
    }
    const refusal = checkCall(message, this.#context.policy);
    if (refusal) return refusal;
    const registration = this.#registrations.best(procedure);
    if (!registration) return { uri: ErrorUri.NO_SUCH_PROCEDURE, message: `nobody has registered ${procedure}` };
    return this.#route(registration, caller, message, options.timeout);
  }

  #isOpen(caller: Member, request: Id): boolean {
    return (
      this.#invocations.ofCaller(caller, request) !== undefined ||
      this.#queue.ofCaller(caller, request) !== undefined ||
      this.#surveys.ofCaller(caller, request) !== undefined
    );
  }

  /**
   * Gives a call to a callee that has a place free, or lets it wait for one; a survey goes to all callees.
   * @param left milliseconds that its caller still waits; none or 0 for as long as it takes
   * @returns why neither can be
   */
  #route(
    registration: Registration,
    caller: Member,
    message: Admitted<Call>,
    left: number | undefined,
  ): Refusal | undefined {
    if (registration.invoke === 'all') return this.#surveys.begin(registration, caller, message, left);
    const callee = chooseCallee(registration, message.options.rkey, this.#context.random);
    if (callee) return this.#invoke(registration, callee, caller, message, left);
    const queued = this.#queue.add(caller, message, registration);
    if ('uri' in queued) return queued;
    if (left) this.#startWaiting(queued, left);
    return undefined;
  }

  /** @returns why `callee` cannot be sent the call */
  #invoke(
    registration: Registration,
    callee: Callee,
    caller: Caller,
    message: Admitted<Call>,
    left: number | undefined,
  ): Refusal | undefined {
    const { request, procedure, options, payload } = message;
    if (!canRead(options, 'callee', callee.member.details)) {
      const message = `the callee of ${procedure} did not announce payload_passthru_mode`;
      return { uri: ErrorUri.FEATURE_NOT_SUPPORTED, message };
    }

    const progressive =
      options.receive_progress === true && announces(callee.member.details, 'callee', 'progressive_call_results');
    const invocation = this.#invocations.open(caller, request, callee.member, procedure, progressive);
    this.#workload.begin(registration, callee, invocation.id);
    this.#context.counters.called++;
    // Before it is sent: sending may end the callee's session, and with it this call.
    if (options.timeout) this.#startTimer(invocation, options.timeout, left);
    try {
      callee.member.send({
        code: Code.INVOCATION,
        request: invocation.id,
        registration: registration.id,
        details: {
          ...invocationDetails(registration, callee, caller, message, this.#context),
          ...(progressive && { receive_progress: true }),
        },
        payload,
      });
    } catch (error) {
      this.#invocations.close(invocation);
      this.#workload.end(callee.member, invocation.id);
      return { uri: ErrorUri.INVALID_ARGUMENT, message: `the callee cannot be sent these arguments: ${text(error)}` };
    }
    return undefined;
  }

  /** CANCEL of a call that is over, or never was, is no error: the result may have been on its way. */
  cancel(caller: Member, { request, options }: Cancel): void {
    const invocation = this.#invocations.ofCaller(caller, request);
    if (!invocation) {
      const queued = this.#queue.ofCaller(caller, request);
      if (queued) this.#giveUp(queued, ErrorUri.CANCELED, 'canceled by the caller before a callee had a place free');
      this.#surveys.ofCaller(caller, request)?.cancel(options.mode ?? 'killnowait');
      return;
    }
    this.#cancel(invocation, options.mode ?? 'killnowait', ErrorUri.CANCELED, 'canceled by the caller');
  }

  #cancel(invocation: Invocation, wanted: CancelMode, error: Uri, message: string): void {
    const mode = interruptible(invocation.callee) ? wanted : 'skip';
    if (mode !== 'kill') this.#abandon(invocation, mode, error, message);
    else if (!invocation.killed) {
      invocation.killed = true;
      this.#interrupt(invocation, mode, error);
    }
  }

  /** @throws ProtocolError when the callee was never sent such an INVOCATION */
  yield(callee: Member, message: Yield): void {
    this.#result(callee, message);
    if (!message.options.progress) this.#free(callee, message.request);
  }

  #result(callee: Member, { request, options, payload }: Yield): void {
    const invocation = this.#find(callee, request, Code.YIELD);
    if (!invocation) return;
    if (options.progress) {
      // A callee that sends parts to a caller that cannot take them: those are lost, the result is not.
      if (!invocation.progressive) return;
      this.#restartTimer(invocation);
    } else {
      this.#invocations.close(invocation);
    }
    try {
      const details = { ...(options.progress && { progress: true }), ...passthru(options) };
      invocation.caller.send({ code: Code.RESULT, request: invocation.request, details, payload });
    } catch (error) {
      this.#abandon(
        invocation,
        options.progress && interruptible(callee) ? 'killnowait' : 'skip',
        ErrorUri.INVALID_ARGUMENT,
        `the result cannot be sent to the caller: ${text(error)}`,
      );
    }
  }

  /** @throws ProtocolError when the callee was never sent such an INVOCATION */
  error(callee: Member, message: WampErrorMessage): void {
    const { requestType, request } = message;
    if (requestType !== Code.INVOCATION) {
      throw new ProtocolError(`a client sends ERROR for INVOCATION only, and this one is for ${nameOf(requestType)}`);
    }
    this.#failure(callee, message);
    this.#free(callee, request);
  }

  #failure(callee: Member, { request, details, error, payload }: WampErrorMessage): void {
    const invocation = this.#find(callee, request, Code.ERROR);
    if (!invocation) return;
    this.#invocations.close(invocation);
    try {
      invocation.caller.send({
        code: Code.ERROR,
        requestType: Code.CALL,
        request: invocation.request,
        details,
        error,
        payload,
      });
    } catch (cause) {
      const message = `the callee's error ${error} cannot be sent to the caller: ${text(cause)}`;
      answer(invocation, ErrorUri.INVALID_ARGUMENT, message);
    }
  }

  /** Its registrations go, its callers are told, its callees are interrupted. */
  leave(member: Member): void {
    this.#queue.leave(member);
    this.#surveys.leave(member);
    const registrations = this.#registrations.removeAll(member);
    this.#workload.leave(member);
    const { asCaller, asCallee } = this.#invocations.leave(member);
    for (const invocation of asCaller) {
      if (invocation.callee !== member && interruptible(invocation.callee)) {
        this.#interrupt(invocation, 'killnowait', ErrorUri.CANCELED);
      }
    }
    for (const invocation of asCallee) {
      if (invocation.caller !== member) answer(invocation, ErrorUri.CANCELED, 'the session that served the call left');
    }
    for (const registration of registrations) this.#redistribute(registration);
  }

  #revoke({ id: registration }: Registration, member: Member, reason: string | undefined): boolean {
    if (!this.#registrations.remove(member, registration)) return false;
    if (announces(member.details, 'callee', 'registration_revocation')) {
      const details = { registration, ...(reason !== undefined && { reason }) };
      member.send({ code: Code.UNREGISTERED, request: 0, details });
    }
    return true;
  }

  /** Nothing more is expected of a callee for one call: the next that waits may come. */
  #free(member: Member, id: Id): void {
    const done = this.#workload.end(member, id);
    if (done) this.#serve(done.registration, done.callee);
  }

  /** Gives `callee` of the calls that wait as many as it has places free. */
  #serve(registration: Registration, callee: Callee): void {
    // Asked each time: whatever is sent may end a session, and so change all of this.
    while (registration.waiting.length > 0 && isFree(callee) && registration.callees.includes(callee)) {
      const queued = this.#queue.take(registration, callee);
      if (!queued) return;
      const { caller, message } = queued;
      const refusal = this.#invoke(registration, callee, caller, message, this.#left(queued));
      if (refusal) answer(queued, refusal.uri, refusal.message);
    }
  }

  /** A callee is gone: what it was to serve falls to the others, or, as after the last, to another registration. */
  #redistribute(registration: Registration): void {
    for (const callee of [...registration.callees]) this.#serve(registration, callee);
    if (registration.callees.length > 0) return;
    for (let [queued] = registration.waiting; queued; [queued] = registration.waiting) {
      const { caller, message } = queued;
      this.#queue.remove(queued);
      const next = this.#registrations.best(message.procedure);
      const refusal = next
        ? this.#route(next, caller, message, this.#left(queued))
        : { uri: ErrorUri.NO_AVAILABLE_CALLEE, message: `the last callee of ${message.procedure} is gone` };
      if (refusal) answer(queued, refusal.uri, refusal.message);
    }
  }

  /** Ends a call that waits. */
  #giveUp(queued: QueuedCall, error: Uri, message: string): void {
    this.#queue.remove(queued);
    answer(queued, error, message);
  }

  /** The open call that an answer is for; `undefined` when it is over already. */
  #find(callee: Member, id: Id, code: number): Invocation | undefined {
    const invocation = this.#invocations.ofCallee(callee, id);
    if (!invocation && !this.#invocations.wasIssued(callee, id)) {
      throw new ProtocolError(`${nameOf(code)} is for invocation ${id}, which this session was never sent`);
    }
    return invocation;
  }

  /** Ends a call without waiting for its callee, which is told unless `mode` is `skip`. */
  #abandon(invocation: Invocation, mode: CancelMode, error: Uri, message: string): void {
    this.#invocations.close(invocation);
    answer(invocation, error, message);
    if (mode !== 'skip') this.#interrupt(invocation, mode, error);
  }

  /** An INTERRUPT that asks for no answer need not get one (spec: "Call Canceling"): the callee counts as free. */
  #interrupt({ callee, id }: Invocation, mode: CancelMode, reason: Uri): void {
    callee.send({ code: Code.INTERRUPT, request: id, options: { mode, reason } });
    if (mode === 'killnowait') this.#free(callee, id);
  }

  /** @param left how much of `timeout` is left, where some of it was spent waiting for the callee */
  #startTimer(invocation: Invocation, timeout: number, left = timeout): void {
    const stop = this.#context.clock.after(Math.min(left, MAX_TIMEOUT), () => {
      this.#cancel(invocation, 'killnowait', ErrorUri.TIMEOUT, `no result within ${timeout} ms`);
    });
    invocation.timer = { milliseconds: timeout, stop };
  }

  #startWaiting(queued: QueuedCall, left: number): void {
    const { clock } = this.#context;
    queued.deadline = clock.now() + left;
    queued.stopTimer = clock.after(Math.min(left, MAX_TIMEOUT), () => {
      const { timeout } = queued.message.options;
      this.#giveUp(queued, ErrorUri.TIMEOUT, `no callee had a place free within ${timeout} ms`);
    });
  }

  /** Milliseconds until a caller's time is up, at least 1; `undefined` where it set none. */
  #left({ deadline }: QueuedCall): number | undefined {
    return deadline === undefined ? undefined : Math.max(deadline - this.#context.clock.now(), 1);
  }

  /** With progressive results the time counts anew from each (spec: "Progressive Call Results", "Timeouts"). */
  #restartTimer(invocation: Invocation): void {
    const { timer } = invocation;
    if (!timer) return;
    timer.stop();
    this.#startTimer(invocation, timer.milliseconds);
  }
}

function interruptible(callee: Member): boolean {
  return announces(callee.details, 'callee', 'call_canceling');
}

function answer(
  { caller, request }: { readonly caller: Caller; readonly request: Id },
  error: Uri,
  message: string,
): void {
  const payload = Payload.of([message]);
  caller.send({ code: Code.ERROR, requestType: Code.CALL, request, details: {}, error, payload });
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
