import { textOf } from '@wigwag/core/session';
import type { Call, Id, InvocationDetails, Uri } from '@wigwag/core/wire';
import { announces, CREDIT, ErrorUri } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { Counters } from '../observe/stats.js';
import { canRead } from '../passthru.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { unsendable } from '../session/unsendable.js';
import { answer } from './answer.js';
import type { Callee } from './callee.js';
import { isFree } from './callee.js';
import type { Caller } from './caller.js';
import type { CallingPolicy } from './calling.js';
import { chooseCallee } from './choice.js';
import { asksForCredit, grantInput, UNLIMITED, windowOf } from './credit.js';
import { invocationDetails } from './details.js';
import type { Endings } from './endings.js';
import { inputOf, takesCallsInParts } from './input.js';
import type { Invocation, Invocations } from './invocations.js';
import type { KeptCalls } from './kept-calls.js';
import type { DealerLimits } from './limits.js';
import { invocationOf } from './message.js';
import type { CallQueue, QueuedCall } from './queue.js';
import type { Registration, Registrations } from './registrations.js';
import type { Past } from './retry.js';
import { FRESH, hasOthers, isUntouched, mayMove } from './retry.js';
import type { Surveys } from './surveys.js';
import type { Workload } from './workload.js';

/** What finding a callee for a call works on. */
export interface RoutingContext {
  readonly registrations: Registrations;
  readonly invocations: Invocations;
  readonly queue: CallQueue;
  readonly kept: KeptCalls;
  readonly workload: Workload;
  readonly surveys: Surveys;
  readonly endings: Endings;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly random: () => number;
  readonly policy: CallingPolicy;
  readonly limits: DealerLimits;
  report(error: unknown, where: string): void;
  /** Takes another part of a call that is open. */
  proceed(caller: Caller, message: Admitted<Call>): void;
}

/** How a call goes to a callee. */
export interface Errand {
  /** Milliseconds that its caller still waits; none or 0 for as long as it takes. */
  readonly left?: number | undefined;
  readonly past?: Past;
}

/** Brings calls to callees: at once, when one has a place free, or, where one is unavailable, to another. */
export class Routing {
  readonly #context: RoutingContext;

  constructor(context: RoutingContext) {
    this.#context = context;
  }

  /**
   * Gives a call to a callee that has a place free, or lets it wait for one; a survey goes to all callees.
   * @returns why neither can be
   */
  route(registration: Registration, caller: Caller, message: Admitted<Call>, errand: Errand): Refusal | undefined {
    const { queue, surveys, random } = this.#context;
    const { left, past = FRESH } = errand;
    const { tried } = past;
    if (registration.invoke === 'all') return surveys.begin(registration, caller, message, left);
    const mayServe = tried.size === 0 ? undefined : ({ member }: Callee) => !tried.has(member);
    const callee = chooseCallee(registration, message.options.rkey, random, mayServe);
    if (callee) return this.invoke(registration, callee, caller, message, errand);
    if (tried.size > 0 && !hasOthers(registration, tried)) return nobodyLeft(message.procedure);
    const queued = queue.add(caller, message, registration, past);
    if ('uri' in queued) return queued;
    if (left) this.#startWaiting(queued, left);
    return undefined;
  }

  /** @returns why `callee` cannot be sent the call */
  invoke(
    registration: Registration,
    callee: Callee,
    caller: Caller,
    message: Admitted<Call>,
    { left, past = FRESH }: Errand,
  ): Refusal | undefined {
    const { invocations, workload, endings, kept, clock, counters } = this.#context;
    const { request, procedure, options } = message;
    const refusal = whyUnfit(callee, message);
    if (refusal) return refusal;
    const { timeout } = options;
    const window = windowOf(caller, message, callee.member);
    const again = mayMove(registration, callee) ? kept.keep(caller, message, past.place) : undefined;
    const invocation: Invocation = {
      caller,
      request,
      callee: callee.member,
      id: invocations.draw(callee.member),
      registration,
      procedure,
      details: invocationDetails(registration, callee, caller, message, this.#context),
      progressive: options.receive_progress === true,
      metered: window !== undefined,
      deadline: timeout ? clock.now() + (left ?? timeout) : undefined,
      input: inputOf(message),
      begun: false,
      retry: again && { ...again, past, repeatable: callee.idempotent },
      killed: false,
      timer: undefined,
    };
    invocations.add(invocation);
    workload.begin(registration, callee, invocation.id);
    if (isUntouched(past)) counters.called++;
    // Before it is sent: sending may end the callee's session, and with it this call.
    if (timeout && !callee.forwardTimeout) endings.startTimer(invocation, timeout, left);
    try {
      callee.member.send(
        invocationOf(invocation, message, firstDetails(window, callee.forwardTimeout ? (left ?? timeout) : undefined)),
      );
    } catch (error) {
      endings.discard(invocation);
      workload.end(callee.member, invocation.id);
      return { uri: unsendable(error), message: `the callee cannot be sent these arguments: ${textOf(error)}` };
    }
    const isUnmetered = options.progress && window === undefined && asksForCredit(caller, message);
    if (isUnmetered && invocations.ofCaller(caller, request) === invocation) {
      // Another callee might keep to credit, and this cannot be taken back.
      endings.commit(invocation);
      grantInput(invocation, UNLIMITED);
    }
    return undefined;
  }

  /**
   * A callee said that it cannot attend to a call: another is to (spec: "Call Re-Routing"). Where there is none the
   * caller is told so.
   * @returns false, and does nothing, where that callee's answer is the answer
   */
  reroute(invocation: Invocation): boolean {
    const { endings } = this.#context;
    const { registration, caller, callee, procedure, retry, begun, killed, deadline } = invocation;
    const asked = announces(callee.details, 'callee', 'call_reroute');
    if (!asked || begun || killed || registration.invoke === 'all') return false;
    endings.discard(invocation);
    const refusal = retry
      ? this.route(registration, caller, retry.message, {
          left: this.#until(deadline),
          past: { ...retry.past, place: retry.place, tried: new Set(retry.past.tried).add(callee) },
        })
      : nobodyLeft(procedure);
    if (refusal) this.#refuse(invocation, refusal);
    return true;
  }

  /**
   * The session that served a call left: where the call is safe to repeat, and nothing of it was passed on behind its
   * first message, another callee is to serve it. One that lost too many callees may be what they were lost to.
   * @returns false, and does nothing, where the call ends here
   */
  rerun(invocation: Invocation): boolean {
    const { endings, registrations, limits } = this.#context;
    const { registration, caller, procedure, retry, begun, killed, deadline } = invocation;
    if (!retry?.repeatable || begun || killed || retry.past.lost >= limits.maxReruns) return false;
    const next = registration.callees.length > 0 ? registration : registrations.best(procedure);
    if (!next) return false;
    endings.settle(invocation);
    const refusal = this.route(next, caller, retry.message, {
      left: this.#until(deadline),
      past: { ...retry.past, place: retry.place, lost: retry.past.lost + 1 },
    });
    if (refusal) this.#refuse(invocation, refusal);
    return true;
  }

  /** Ends a call that could not be made again. */
  #refuse(invocation: Invocation, { uri, message }: Refusal): void {
    this.#context.endings.remember(invocation);
    answer(invocation, uri, message);
  }

  /** Nothing more is expected of a callee for one call: the next that waits may come. */
  free(member: Member, id: Id): void {
    const done = this.#context.workload.end(member, id);
    if (done) this.serve(done.registration, done.callee);
  }

  /** Gives `callee` of the calls that wait as many as it has places free. */
  serve(registration: Registration, callee: Callee): void {
    // Asked each time: whatever is sent may end a session, and so change all of this.
    while (registration.waiting.length > 0 && isFree(callee) && registration.callees.includes(callee)) {
      const queued = this.#context.queue.take(registration, callee);
      if (!queued) return;
      const { caller, message } = queued;
      this.#settle(queued, this.invoke(registration, callee, caller, message, this.#errandOf(queued)));
    }
  }

  /** A callee is gone: what it was to serve falls to the others, or, as after the last, to another registration. */
  redistribute(registration: Registration): void {
    const { queue, registrations } = this.#context;
    for (const callee of [...registration.callees]) this.serve(registration, callee);
    if (registration.callees.length > 0) {
      for (const queued of registration.waiting.filter(({ past }) => !hasOthers(registration, past.tried))) {
        this.#settle(queued, nobodyLeft(queued.procedure));
      }
      return;
    }
    for (let [queued] = registration.waiting; queued; [queued] = registration.waiting) {
      const { caller, message } = queued;
      queue.remove(queued);
      const next = registrations.best(message.procedure);
      const refusal = next
        ? this.route(next, caller, message, this.#errandOf(queued))
        : { uri: ErrorUri.NO_AVAILABLE_CALLEE, message: `the last callee of ${message.procedure} is gone` };
      this.#settle(queued, refusal);
    }
  }

  /** Ends a call that waits. */
  giveUp(queued: QueuedCall, error: Uri, message: string): void {
    this.#context.queue.remove(queued);
    this.#context.endings.remember(queued);
    answer(queued, error, message);
  }

  /** What waited goes on where it went, the parts that came meanwhile behind it, or is refused. */
  #settle(queued: QueuedCall, refusal: Refusal | undefined): void {
    if (refusal) this.giveUp(queued, refusal.uri, refusal.message);
    else for (const { message } of queued.more) this.#context.proceed(queued.caller, message);
  }

  #startWaiting(queued: QueuedCall, left: number): void {
    const { clock } = this.#context;
    queued.deadline = clock.now() + left;
    queued.stopTimer = clock.after(left, () => {
      const { timeout } = queued.message.options;
      this.giveUp(queued, ErrorUri.TIMEOUT, `no callee had a place free within ${timeout} ms`);
    });
  }

  #errandOf({ deadline, past, place }: QueuedCall): Errand {
    return { left: this.#until(deadline), past: { ...past, place } };
  }

  /** Milliseconds until then, at least 1; `undefined` where a caller set no time. */
  #until(deadline: number | undefined): number | undefined {
    return deadline === undefined ? undefined : Math.max(deadline - this.#context.clock.now(), 1);
  }
}

/** What goes with the first message of a call alone. */
function firstDetails(window: number | undefined, timeout: number | undefined): InvocationDetails | undefined {
  if (window === undefined && !timeout) return undefined;
  return { ...(window !== undefined && { [CREDIT]: window }), ...(timeout && { timeout: Math.ceil(timeout) }) };
}

/** Why a callee cannot take a call, whatever it is busy with. */
function whyUnfit({ member }: Callee, { procedure, options }: Call): Refusal | undefined {
  const refuse = (message: string): Refusal => ({ uri: ErrorUri.FEATURE_NOT_SUPPORTED, message });
  if (!canRead(options, 'callee', member.details)) {
    return refuse(`the callee of ${procedure} did not announce payload_passthru_mode`);
  }
  if (!options.progress || takesCallsInParts(member)) return undefined;
  const missing = 'it did not announce progressive_call_invocations and call_canceling';
  return refuse(`the callee of ${procedure} takes no calls in parts: ${missing}`);
}

function nobodyLeft(procedure: Uri): Refusal {
  return { uri: ErrorUri.NO_AVAILABLE_CALLEE, message: `every callee of ${procedure} said that it is unavailable` };
}
