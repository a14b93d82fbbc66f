import type { Call, Cancel, CancelMode, Id, Register, Uri, WampErrorMessage, Yield } from '@wigwag/core/wire';
import { announces, Code, ErrorUri, nameOf, Payload, ProtocolError } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { FabricRealm } from '../fabric/fabric.js';
import type { Emit } from '../observe/events.js';
import type { Counters } from '../observe/stats.js';
import { canRead, passthru } from '../passthru.js';
import type { Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { makeCallee } from './callee.js';
import type { CallingPolicy } from './calling.js';
import { checkCall, checkRegister } from './calling.js';
import { chooseCallee } from './choice.js';
import { invocationDetails } from './details.js';
import type { RegistrationDirectory } from './directory.js';
import type { Invocation } from './invocations.js';
import { Invocations } from './invocations.js';
import type { DealerLimits } from './limits.js';
import type { DealerObserver } from './observer.js';
import type { Registration, RegistrationObserver } from './registrations.js';
import { Registrations } from './registrations.js';
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

  constructor(context: DealerContext) {
    this.#context = context;
    const info = ({ id, uri, match }: Registration) => ({ id, uri, match, realm: context.realm });
    const observer: RegistrationObserver = {
      created: (registration) => context.emit('registration:created', info(registration)),
      removed: (registration) => context.emit('registration:removed', info(registration)),
      unregistered: (member, registration) =>
        context.observer.unregistered(member, registration, registration.callees.length === 0),
    };
    const { maxRegistrations } = context.limits;
    this.#registrations = new Registrations(() => context.fabric.drawRegistration(), observer, maxRegistrations);
  }

  get registrations(): number {
    return this.#registrations.size;
  }

  /** What there is, to be read only. */
  get directory(): RegistrationDirectory {
    return this.#registrations;
  }

  /** Calls that await their result. */
  get calls(): number {
    return this.#invocations.size;
  }

  /** @returns why not, where it cannot be registered */
  register(member: Member, { request, procedure, options }: Register): Refusal | undefined {
    const { match = 'exact', invoke = 'single' } = options;
    const refusal = checkRegister(options, this.#context.policy);
    if (refusal) return refusal;
    const callee = makeCallee(member, options);
    for (const { member: former } of this.#registrations.yielding(callee, procedure, match)) {
      const taken = this.#registrations.lookup(match, procedure);
      if (taken) this.revoke(taken.id, former, `session ${member.id} took ${procedure} over`);
    }
    const created = this.#registrations.lookup(match, procedure) === undefined;
    const registration = this.#registrations.add(callee, procedure, match, invoke);
    if ('message' in registration) return registration;
    member.send({ code: Code.REGISTERED, request, registration: registration.id });
    // Behind REGISTERED, as everything that this may lead to.
    this.#context.observer.registered(member, registration, created);
    return undefined;
  }

  /** @returns whether `member` held the registration; its open calls may still be answered */
  unregister(member: Member, registration: Id): boolean {
    return this.#registrations.remove(member, registration);
  }

  /**
   * Takes a registration away from a callee, and tells it if it announced `registration_revocation` (spec:
   * "Registration Revocation"); its open calls may still be answered.
   * @returns whether `member` held it
   */
  revoke(registration: Id, member: Member, reason?: string): boolean {
    if (!this.#registrations.remove(member, registration)) return false;
    if (announces(member.details, 'callee', 'registration_revocation')) {
      const details = { registration, ...(reason !== undefined && { reason }) };
      member.send({ code: Code.UNREGISTERED, request: 0, details });
    }
    return true;
  }

  /**
   * @returns why not, where it cannot be routed
   * @throws ProtocolError when the request id is one of a call that is still open
   */
  call(caller: Member, message: Call): Refusal | undefined {
    const { request, procedure, options, payload } = message;
    if (this.#invocations.ofCaller(caller, request)) {
      throw new ProtocolError(`CALL.Request ${request} is the id of a call that is still open`);
    }
    if (options.progress) {
      return { uri: ErrorUri.FEATURE_NOT_SUPPORTED, message: 'this router takes no calls in parts (options.progress)' };
    }
    const refusal = checkCall(options, this.#context.policy);
    if (refusal) return refusal;
    const registration = this.#registrations.best(procedure);
    const callee = registration && chooseCallee(registration, options.rkey, this.#context.random);
    if (!registration) return { uri: ErrorUri.NO_SUCH_PROCEDURE, message: `nobody has registered ${procedure}` };
    if (!callee) {
      return { uri: ErrorUri.NO_AVAILABLE_CALLEE, message: `every callee of ${procedure} is busy (concurrency)` };
    }

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
    this.#startTimer(invocation, options.timeout);
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
    if (!invocation) return;
    const mode = interruptible(invocation.callee) ? (options.mode ?? 'killnowait') : 'skip';
    if (mode !== 'kill') this.#abandon(invocation, mode, ErrorUri.CANCELED, 'canceled by the caller');
    else if (!invocation.killed) {
      invocation.killed = true;
      interrupt(invocation, mode, ErrorUri.CANCELED);
    }
  }

  /** @throws ProtocolError when the callee was never sent such an INVOCATION */
  yield(callee: Member, { request, options, payload }: Yield): void {
    if (!options.progress) this.#workload.end(callee, request);
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
  error(callee: Member, { requestType, request, details, error, payload }: WampErrorMessage): void {
    if (requestType !== Code.INVOCATION) {
      throw new ProtocolError(`a client sends ERROR for INVOCATION only, and this one is for ${nameOf(requestType)}`);
    }
    this.#workload.end(callee, request);
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
    this.#registrations.removeAll(member);
    this.#workload.leave(member);
    const { asCaller, asCallee } = this.#invocations.leave(member);
    for (const invocation of asCaller) {
      if (invocation.callee !== member && interruptible(invocation.callee)) {
        interrupt(invocation, 'killnowait', ErrorUri.CANCELED);
      }
    }
    for (const invocation of asCallee) {
      if (invocation.caller !== member) answer(invocation, ErrorUri.CANCELED, 'the session that served the call left');
    }
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
    if (mode !== 'skip') interrupt(invocation, mode, error);
  }

  #startTimer(invocation: Invocation, timeout: number | undefined): void {
    if (!timeout) return;
    const milliseconds = Math.min(timeout, MAX_TIMEOUT);
    const stop = this.#context.clock.after(milliseconds, () => {
      const mode = interruptible(invocation.callee) ? 'killnowait' : 'skip';
      this.#abandon(invocation, mode, ErrorUri.TIMEOUT, `no result within ${milliseconds} ms`);
    });
    invocation.timer = { milliseconds, stop };
  }

  /** With progressive results the time counts anew from each (spec: "Progressive Call Results", "Timeouts"). */
  #restartTimer(invocation: Invocation): void {
    const { timer } = invocation;
    if (!timer) return;
    timer.stop();
    this.#startTimer(invocation, timer.milliseconds);
  }
}

/** The longest that a timer can run, about 25 days. */
const MAX_TIMEOUT = 2 ** 31 - 1;

function interruptible(callee: Member): boolean {
  return announces(callee.details, 'callee', 'call_canceling');
}

function interrupt({ callee, id }: Invocation, mode: CancelMode, reason: Uri): void {
  callee.send({ code: Code.INTERRUPT, request: id, options: { mode, reason } });
}

function answer({ caller, request }: Invocation, error: Uri, message: string): void {
  const payload = Payload.of([message]);
  caller.send({ code: Code.ERROR, requestType: Code.CALL, request, details: {}, error, payload });
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
