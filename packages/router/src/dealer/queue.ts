import type { Call, Id, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import { sizeOf } from '../received.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import type { Callee } from './callee.js';
import type { InputState, TakesInput } from './input.js';
import { inputOf } from './input.js';
import type { QueueLimits } from './limits.js';
import type { Registration } from './registrations.js';
import { shardFor } from './sharding.js';

/** A call that waits for a callee of its registration to have a place free. */
export interface QueuedCall extends TakesInput {
  readonly caller: Member;
  /** CALL.Request */
  readonly request: Id;
  readonly procedure: Uri;
  readonly message: Admitted<Call>;
  input: InputState;
  /** What came behind it (spec: "Progressive Call Invocations"), in order. */
  readonly more: Call[];
  /** Where it waits. */
  readonly registration: Registration;
  /** What it counts against the bounds. */
  bytes: number;
  /** When its caller's time is up, on the router's clock; `undefined` where the caller set none. */
  deadline: number | undefined;
  /** Stops what keeps that time while it waits. */
  stopTimer: (() => void) | undefined;
  /** The shard that its resource key belongs to, as of one revision of the registration's callees. */
  shard: { readonly revision: number; readonly nkey: string | undefined } | undefined;
}

/** What one call costs beside its payload; a round figure, so that many empty calls are bounded too. */
const OVERHEAD = 500;

/**
 * The calls of one realm that wait for a callee, first in, first out in each registration; a call with a resource key
 * waits for the callees of its own shard, and lets others pass. Bounded in calls a registration, and in bytes.
 */
export class CallQueue {
  readonly #byCaller = new Map<Member, Map<Id, QueuedCall>>();
  #size = 0;
  #bytes = 0;

  constructor(private readonly limits: QueueLimits) {}

  get size(): number {
    return this.#size;
  }

  /** What they count against `maxQueuedBytes`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Puts a call behind those that wait already. @returns why it cannot be */
  add(caller: Member, call: Admitted<Call>, registration: Registration): QueuedCall | Refusal {
    const { waiting } = registration;
    const { maxQueuedCalls, maxQueuedBytes } = this.limits;
    const bytes = OVERHEAD + sizeOf(call.payload, caller.serializer);
    const refuse = (what: string): Refusal => ({
      uri: ErrorUri.UNAVAILABLE,
      message: `every callee of ${call.procedure} is busy (concurrency), and ${what}; call again later`,
    });
    if (waiting.length >= maxQueuedCalls) {
      return refuse(`${waiting.length} calls wait already, as many as the router lets wait (maxQueuedCalls)`);
    }
    if (this.#bytes + bytes > maxQueuedBytes) {
      return refuse(`the router has no room for another ${bytes} bytes of waiting calls (maxQueuedBytes)`);
    }
    const message = { ...call, payload: call.payload?.owned() };
    const queued: QueuedCall = {
      caller,
      request: call.request,
      procedure: call.procedure,
      message,
      input: inputOf(call),
      more: [],
      registration,
      bytes,
      deadline: undefined,
      stopTimer: undefined,
      shard: undefined,
    };
    waiting.push(queued);
    const own = this.#byCaller.get(caller) ?? new Map<Id, QueuedCall>();
    this.#byCaller.set(caller, own);
    own.set(call.request, queued);
    this.#size++;
    this.#bytes += bytes;
    return queued;
  }

  /** Keeps another part of a call that waits. @returns whether there was room for it */
  append(queued: QueuedCall, call: Call): boolean {
    const bytes = OVERHEAD + sizeOf(call.payload, queued.caller.serializer);
    if (this.#bytes + bytes > this.limits.maxQueuedBytes) return false;
    queued.more.push({ ...call, payload: call.payload?.owned() });
    queued.bytes += bytes;
    this.#bytes += bytes;
    return true;
  }

  /** How many calls of `caller` wait. */
  countOf(caller: Member): number {
    return this.#byCaller.get(caller)?.size ?? 0;
  }

  ofCaller(caller: Member, request: Id): QueuedCall | undefined {
    return this.#byCaller.get(caller)?.get(request);
  }

  /** Takes the first call out that `callee` may serve. */
  take(registration: Registration, callee: Callee): QueuedCall | undefined {
    const next = registration.waiting.find((queued) => isFor(queued, callee));
    if (next) this.remove(next);
    return next;
  }

  remove(queued: QueuedCall): void {
    const { caller, request, registration, bytes } = queued;
    const at = registration.waiting.indexOf(queued);
    if (at < 0) return;
    registration.waiting.splice(at, 1);
    queued.stopTimer?.();
    this.#size--;
    this.#bytes -= bytes;
    const own = this.#byCaller.get(caller);
    own?.delete(request);
    if (own?.size === 0) this.#byCaller.delete(caller);
  }

  /** A caller left: what it waited for is forgotten. */
  leave(caller: Member): void {
    for (const queued of [...(this.#byCaller.get(caller)?.values() ?? [])]) this.remove(queued);
  }
}

function isFor(queued: QueuedCall, { nkey }: Callee): boolean {
  const { rkey } = queued.message.options;
  if (rkey === undefined) return true;
  const { callees, revision } = queued.registration;
  if (queued.shard?.revision !== revision) queued.shard = { revision, nkey: shardFor(rkey, callees) };
  const { shard } = queued;
  return shard?.nkey === undefined || shard.nkey === nkey;
}
