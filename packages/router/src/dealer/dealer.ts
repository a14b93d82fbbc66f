import type {
  Call,
  Cancel,
  CancelMode,
  Id,
  InvocationDetails,
  Invocation as InvocationMessage,
  Register,
  Uri,
  WampErrorMessage,
  Yield,
} from '@wigwag/core/wire';
import { announces, Code, CREDIT, ErrorUri, nameOf, Payload, ProtocolError } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { FabricRealm } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import { canRead, passthru } from '../passthru.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { CallIds } from './call-ids.js';
import type { Callee } from './callee.js';
import { isFree, makeCallee } from './callee.js';
import type { Caller } from './caller.js';
import type { CallingPolicy } from './calling.js';
import { checkCall, checkRegister } from './calling.js';
import { chooseCallee } from './choice.js';
import { asksForCredit, grantFrom, UNLIMITED, windowOf } from './credit.js';
import { invocationDetails } from './details.js';
import type { RegistrationDirectory } from './directory.js';
import { advanceInput, inputOf, requireCallsInParts, takesCallsInParts } from './input.js';
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
  readonly #callIds: CallIds;
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
    this.#callIds = new CallIds(context.limits.maxPendingCalls);
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
   * Takes a CALL that belongs to one before: another part of it, a grant, or what comes late for one that is over.
   * @returns whether it does; else it opens a call
   * @throws ProtocolError when it belongs to a call that is open, and cannot
   */
  proceed(caller: Member, message: Call): boolean {
    const { request, options } = message;
    const granted = grantFrom(caller, 'caller', message);
    if (options.progress && granted === undefined) requireCallsInParts(caller);
    const invocation = this.#invocations.ofCaller(caller, request);
    if (invocation) {
      if (granted === undefined) this.#feed(invocation, message);
      else if (invocation.metered) this.#grantParts(invocation, granted);
      return true;
    }
    const queued = this.#queue.ofCaller(caller, request);
    if (queued) {
      if (granted === undefined) this.#keep(queued, message);
      return true;
    }
    if (this.#surveys.ofCaller(caller, request) && granted === undefined) {
      throw new ProtocolError(`CALL.Request ${request} is the id of a call that is still open`);
    }
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
    return this.#route(registration, caller, message, options.timeout);
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
    if (invocation) this.#cancel(invocation, 'killnowait', uri, why);
    else if (queued) this.#giveUp(queued, uri, why);
    else if (!this.#callIds.isOver(caller, request)) {
      if (options.progress) this.#callIds.ended(caller, request);
      answer({ caller, request }, uri, why);
    }
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
    const { request, procedure, options } = message;
    if (!canRead(options, 'callee', callee.member.details)) {
      const message = `the callee of ${procedure} did not announce payload_passthru_mode`;
      return { uri: ErrorUri.FEATURE_NOT_SUPPORTED, message };
    }

    if (options.progress && !takesCallsInParts(callee.member)) {
      const message = `the callee of ${procedure} takes no calls in parts: it did not announce progressive_call_invocations and call_canceling`;
      return { uri: ErrorUri.FEATURE_NOT_SUPPORTED, message };
    }

    const window = windowOf(caller, message, callee.member);
    const invocation: Invocation = {
      caller,
      request,
      callee: callee.member,
      id: this.#invocations.draw(callee.member),
      registration: registration.id,
      procedure,
      details: invocationDetails(registration, callee, caller, message, this.#context),
      progressive: options.receive_progress === true,
      metered: window !== undefined,
      input: inputOf(message),
      killed: false,
      timer: undefined,
    };
    this.#invocations.add(invocation);
    this.#workload.begin(registration, callee, invocation.id);
    this.#context.counters.called++;
    // Before it is sent: sending may end the callee's session, and with it this call.
    if (options.timeout) this.#startTimer(invocation, options.timeout, left);
    try {
      callee.member.send(invocationOf(invocation, message, window === undefined ? undefined : { [CREDIT]: window }));
    } catch (error) {
      this.#invocations.close(invocation);
      this.#workload.end(callee.member, invocation.id);
      return { uri: ErrorUri.INVALID_ARGUMENT, message: `the callee cannot be sent these arguments: ${text(error)}` };
    }
    if (options.progress && window === undefined && asksForCredit(caller, message))
      this.#grantInput(invocation, UNLIMITED);
    return undefined;
  }

  /** Another part of a call in progress; it goes where the first went. */
  #feed(invocation: Invocation, message: Call): void {
    advanceInput(invocation, message);
    // Its callee was told to stop, and only the answer to that is awaited.
    if (invocation.killed) return;
    try {
      if (!invocation.callee.sendPart(invocationOf(invocation, message))) {
        this.#overflow(invocation, 'the callee', 'the parts of the call');
      }
    } catch (error) {
      const message = `the callee cannot be sent these arguments: ${text(error)}`;
      this.#cancel(invocation, 'killnowait', ErrorUri.INVALID_ARGUMENT, message);
    }
  }

  /** Another part of a call that waits for a callee. */
  #keep(queued: QueuedCall, message: Call): void {
    advanceInput(queued, message);
    if (this.#queue.append(queued, message)) return;
    const { procedure } = message;
    const why = `every callee of ${procedure} is busy (concurrency), and there is no room for more parts of the call`;
    this.#giveUp(queued, ErrorUri.UNAVAILABLE, `${why} (maxQueuedBytes); call again later`);
  }

  /** Lets the callee send so many more parts of its answer. */
  #grantParts({ callee, id, registration }: Invocation, chunks: number): void {
    const details = { progress: true, [CREDIT]: chunks };
    callee.send({ code: Code.INVOCATION, request: id, registration, details });
  }

  /** Lets the caller send so many more parts of its call. */
  #grantInput({ caller, request }: Invocation, chunks: number): void {
    caller.send({ code: Code.RESULT, request, details: { progress: true, [CREDIT]: chunks } });
  }

  /** A part of a stream found more waiting for its reader than a stream may let wait. */
  #overflow(invocation: Invocation, reader: string, what: string): void {
    const { maxStreamOutbound } = this.#context.limits;
    const message = `${what} come faster than ${reader} reads them: ${maxStreamOutbound} bytes wait (maxStreamOutbound)`;
    this.#cancel(invocation, 'killnowait', ErrorUri.UNAVAILABLE, message);
  }

  /**
   * CANCEL of a call that is over, or never was, is no error: the result may have been on its way.
   * @returns whether the call was open
   */
  cancel(caller: Member, { request, options }: Cancel): boolean {
    const invocation = this.#invocations.ofCaller(caller, request);
    if (!invocation) {
      const queued = this.#queue.ofCaller(caller, request);
      if (queued) this.#giveUp(queued, ErrorUri.CANCELED, 'canceled by the caller before a callee had a place free');
      const survey = this.#surveys.ofCaller(caller, request);
      survey?.cancel(options.mode ?? 'killnowait');
      return (queued ?? survey) !== undefined;
    }
    this.#cancel(invocation, options.mode ?? 'killnowait', ErrorUri.CANCELED, 'canceled by the caller');
    return true;
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

  #result(callee: Member, message: Yield): void {
    const invocation = this.#find(callee, message.request, Code.YIELD);
    if (!invocation) return;
    const { options, payload } = message;
    const granted = invocation.metered ? grantFrom(callee, 'callee', message) : undefined;
    if (granted !== undefined) {
      this.#grantInput(invocation, granted);
      return;
    }
    if (options.progress) {
      // A callee that sends parts to a caller that cannot take them: those are lost, the result is not.
      if (!invocation.progressive) return;
      this.#restartTimer(invocation);
    } else {
      this.#close(invocation);
    }
    const { caller, request } = invocation;
    try {
      const details = { ...(options.progress && { progress: true }), ...passthru(options) };
      const result = { code: Code.RESULT, request, details, payload };
      if (!options.progress) caller.send(result);
      else if (!caller.sendPart(result)) this.#overflow(invocation, 'the caller', 'the parts of the answer');
    } catch (error) {
      const message = `the result cannot be sent to the caller: ${text(error)}`;
      if (options.progress) this.#cancel(invocation, 'killnowait', ErrorUri.INVALID_ARGUMENT, message);
      else answer(invocation, ErrorUri.INVALID_ARGUMENT, message);
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
    this.#close(invocation);
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
    this.#callIds.leave(member);
    for (const invocation of asCaller) {
      if (invocation.callee !== member && interruptible(invocation.callee)) {
        this.#interrupt(invocation, 'killnowait', ErrorUri.CANCELED);
      }
    }
    for (const invocation of asCallee) {
      if (invocation.caller === member) continue;
      this.#remember(invocation);
      answer(invocation, ErrorUri.CANCELED, 'the session that served the call left');
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
      this.#settle(queued, this.#invoke(registration, callee, caller, message, this.#left(queued)));
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
      this.#settle(queued, refusal);
    }
  }

  /** What waited goes on where it went, the parts that came meanwhile behind it, or is refused. */
  #settle(queued: QueuedCall, refusal: Refusal | undefined): void {
    if (refusal) this.#giveUp(queued, refusal.uri, refusal.message);
    else for (const more of queued.more) this.proceed(queued.caller, more);
  }

  /** Ends a call that waits. */
  #giveUp(queued: QueuedCall, error: Uri, message: string): void {
    this.#queue.remove(queued);
    this.#remember(queued);
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
    this.#close(invocation);
    answer(invocation, error, message);
    // A callee that awaits more of the call has to hear that nothing comes, whatever the mode.
    if (mode !== 'skip' || invocation.input === 'open') this.#interrupt(invocation, 'killnowait', error);
  }

  #close(invocation: Invocation): void {
    this.#invocations.close(invocation);
    this.#remember(invocation);
  }

  /** A call is over: more of it may be on its way still. */
  #remember({ caller, request, input }: Invocation | QueuedCall): void {
    if (input !== 'none') this.#callIds.ended(caller, request);
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

/** A CALL as its callee receives it; the first of a call and each that belongs to it. */
function invocationOf(
  { id: request, registration, details, progressive }: Invocation,
  { options, payload }: Call,
  more?: InvocationDetails,
): InvocationMessage {
  const receive = progressive && { receive_progress: true };
  const progress = options.progress && { progress: true };
  return {
    code: Code.INVOCATION,
    request,
    registration,
    details: { ...details, ...receive, ...progress, ...more },
    payload,
  };
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
