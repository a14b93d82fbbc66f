import type { Id, InvocationDetails, Uri } from '@wigwag/core/wire';
import { RequestIds, TurnoverMap } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import { PerSession } from '../session/per-session.js';
import type { Caller } from './caller.js';
import type { InputState } from './input.js';
import type { Registration } from './registrations.js';
import type { Retry } from './retry.js';

/** One call on its way: who asked, who is to answer. */
export interface Invocation {
  readonly caller: Caller;
  /** CALL.Request */
  readonly request: Id;
  readonly callee: Member;
  /** INVOCATION.Request */
  readonly id: Id;
  readonly registration: Registration;
  readonly procedure: Uri;
  /** What goes with each part of the call (spec: "Freezing of Options in Progressive Call Invocations"). */
  readonly details: InvocationDetails;
  /** Whether the caller takes results in parts. */
  readonly progressive: boolean;
  /** Whether both ends keep to credit. */
  readonly metered: boolean;
  /** When its caller's time is up, on the router's clock, if it set one. */
  readonly deadline: number | undefined;
  input: InputState;
  /** Something of it was passed on behind its first message, either way: no other callee could begin it anew. */
  begun: boolean;
  /** What it takes to make it again at another callee, where that may come. */
  retry: Retry | undefined;
  /** INTERRUPT was sent with mode `kill`: the callee's answer is awaited. */
  killed: boolean;
  /** What ends the call when its time is up, where the caller set one. */
  timer: { readonly milliseconds: number; stop(): void } | undefined;
}

/** What one callee was asked. */
interface Asked {
  readonly ids: RequestIds;
  last: Id;
  readonly open: TurnoverMap<Id, Invocation>;
}

/** The calls of one realm that await their result, by either end. */
export class Invocations {
  readonly #byCaller = new PerSession<Caller, Invocation>();
  readonly #byCallee = new Map<Member, Asked>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Draws an INVOCATION.Request for `callee`. */
  draw(callee: Member): Id {
    const asked = this.#byCallee.get(callee) ?? this.#ask(callee);
    asked.last = asked.ids.next();
    return asked.last;
  }

  /** @param invocation with the id that was drawn last for its callee */
  add(invocation: Invocation): void {
    const { caller, request, callee, id } = invocation;
    this.#byCaller.set(caller, request, invocation);
    this.#byCallee.get(callee)?.open.set(id, invocation);
    this.#size++;
  }

  /** How many calls of `caller` are open. */
  countOf(caller: Caller): number {
    return this.#byCaller.countOf(caller);
  }

  ofCaller(caller: Caller, request: Id): Invocation | undefined {
    return this.#byCaller.get(caller, request);
  }

  ofCallee(callee: Member, id: Id): Invocation | undefined {
    return this.#byCallee.get(callee)?.open.get(id);
  }

  /** Whether `callee` was ever sent an INVOCATION with this id; ids count up. */
  wasIssued(callee: Member, id: Id): boolean {
    return id <= (this.#byCallee.get(callee)?.last ?? 0);
  }

  /** Forgets a call: what its callee still sends for it is dropped. */
  close(invocation: Invocation): void {
    invocation.timer?.stop();
    if (this.#byCallee.get(invocation.callee)?.open.delete(invocation.id)) this.#size--;
    this.#byCaller.delete(invocation.caller, invocation.request);
  }

  #ask(callee: Member): Asked {
    const asked: Asked = { ids: new RequestIds(), last: 0, open: new TurnoverMap() };
    this.#byCallee.set(callee, asked);
    return asked;
  }

  /** A session left: forgets its calls, at either end, and returns them. */
  leave(member: Member): { readonly asCaller: readonly Invocation[]; readonly asCallee: readonly Invocation[] } {
    const asCaller = [...this.#byCaller.of(member)];
    const asCallee = [...(this.#byCallee.get(member)?.open.values() ?? [])];
    for (const invocation of [...asCaller, ...asCallee]) this.close(invocation);
    this.#byCallee.delete(member);
    return { asCaller, asCallee };
  }
}
