import type { Call, Id, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Admitted, Refusal } from '../session/admission.js';
import { PerSession } from '../session/per-session.js';
import type { Callee } from './callee.js';
import type { Caller } from './caller.js';
import type { InputState, TakesInput } from './input.js';
import { inputOf } from './input.js';
import type { KeptCall, KeptCalls } from './kept-calls.js';
import type { Registration } from './registrations.js';
import type { Past } from './retry.js';
import { isUntouched } from './retry.js';
import { shardFor } from './sharding.js';

/** A call that waits for a callee of its registration to have a place free. */
export interface QueuedCall extends TakesInput, KeptCall {
  readonly caller: Caller;
  /** CALL.Request */
  readonly request: Id;
  readonly procedure: Uri;
  input: InputState;
  /** What came behind it (spec: "Progressive Call Invocations"), in order. */
  readonly more: KeptCall[];
  /** Where it waits. */
  readonly registration: Registration;
  readonly past: Past;
  /** When its caller's time is up, on the router's clock; `undefined` where the caller set none. */
  deadline: number | undefined;
  /** Stops what keeps that time while it waits. */
  stopTimer: (() => void) | undefined;
  /** The shard that its resource key belongs to, as of one revision of the registration's callees. */
  shard: { readonly revision: number; readonly nkey: string | undefined } | undefined;
}

/**
 * The calls of one realm that wait for a callee, first in, first out in each registration; a call with a resource key
 * waits for the callees of its own shard, and lets others pass. Bounded in calls a registration, and in bytes.
 */
export class CallQueue {
  readonly #byCaller = new PerSession<Caller, QueuedCall>();
  #size = 0;

  constructor(
    private readonly kept: KeptCalls,
    /** Calls of one registration. */
    private readonly maxQueuedCalls: number,
  ) {}

  get size(): number {
    return this.#size;
  }

  /** Puts a call behind those that came before it. @returns why it cannot be */
  add(caller: Caller, call: Admitted<Call>, registration: Registration, past: Past): QueuedCall | Refusal {
    const { waiting } = registration;
    const { request, procedure } = call;
    const refuse = (what: string): Refusal => ({
      uri: ErrorUri.UNAVAILABLE,
      message: `every callee of ${procedure} is busy (concurrency), and ${what}; call again later`,
    });
    // What a callee had already is not refused for want of a place in the queue.
    if (isUntouched(past) && waiting.length >= this.maxQueuedCalls) {
      return refuse(`${waiting.length} calls wait already, as many as the router lets wait (maxQueuedCalls)`);
    }
    const kept = this.kept.keep(caller, call, past.place);
    if (!kept) return refuse('the router has no room for more calls that wait (maxQueuedBytes)');
    const queued: QueuedCall = {
      ...kept,
      caller,
      request,
      procedure,
      input: inputOf(call),
      more: [],
      registration,
      past,
      deadline: undefined,
      stopTimer: undefined,
      shard: undefined,
    };
    // Almost always at the end: only what was kept before belongs before others.
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1]?.place ?? 0) > queued.place) at--;
    waiting.splice(at, 0, queued);
    this.#byCaller.set(caller, request, queued);
    this.#size++;
    return queued;
  }

  /** Keeps another part of a call that waits. @returns whether there was room for it */
  append(queued: QueuedCall, call: Admitted<Call>): boolean {
    const kept = this.kept.keep(queued.caller, call);
    if (kept) queued.more.push(kept);
    return kept !== undefined;
  }

  /** How many calls of `caller` wait. */
  countOf(caller: Caller): number {
    return this.#byCaller.countOf(caller);
  }

  ofCaller(caller: Caller, request: Id): QueuedCall | undefined {
    return this.#byCaller.get(caller, request);
  }

  /** Takes the first call out that `callee` may serve. */
  take(registration: Registration, callee: Callee): QueuedCall | undefined {
    const next = registration.waiting.find((queued) => isFor(queued, callee));
    if (next) this.remove(next);
    return next;
  }

  remove(queued: QueuedCall): void {
    const { caller, request, registration } = queued;
    const at = registration.waiting.indexOf(queued);
    if (at < 0) return;
    registration.waiting.splice(at, 1);
    queued.stopTimer?.();
    this.#size--;
    for (const kept of [queued, ...queued.more]) this.kept.release(kept);
    this.#byCaller.delete(caller, request);
  }

  /** A caller left: what it waited for is forgotten. */
  leave(caller: Caller): void {
    for (const queued of [...this.#byCaller.of(caller)]) this.remove(queued);
  }
}

function isFor(queued: QueuedCall, { member, nkey }: Callee): boolean {
  const { message, registration } = queued;
  const { tried } = queued.past;
  if (tried.has(member)) return false;
  const { rkey } = message.options;
  if (rkey === undefined) return true;
  const { callees, revision } = registration;
  if (queued.shard?.revision !== revision) {
    const others = tried.size === 0 ? callees : callees.filter((callee) => !tried.has(callee.member));
    queued.shard = { revision, nkey: shardFor(rkey, others) };
  }
  const { shard } = queued;
  return shard?.nkey === undefined || shard.nkey === nkey;
}
