import type { Id, Uri } from '@wigwag/core/wire';
import { RequestIds } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import type { Caller } from './caller.js';

/** One call on its way: who asked, who is to answer. */
export interface Invocation {
  readonly caller: Caller;
  /** CALL.Request */
  readonly request: Id;
  readonly callee: Member;
  /** INVOCATION.Request */
  readonly id: Id;
  readonly procedure: Uri;
  /** Whether the caller, and the callee, can deal with results in parts. */
  readonly progressive: boolean;
  /** INTERRUPT was sent with mode `kill`: the callee's answer is awaited. */
  killed: boolean;
  /** What ends the call when its time is up, where the caller set one. */
  timer: { readonly milliseconds: number; stop(): void } | undefined;
}

/** What one callee was asked. */
interface Asked {
  readonly ids: RequestIds;
  last: Id;
  readonly open: Map<Id, Invocation>;
}

/** The calls of one realm that await their result, by either end. */
export class Invocations {
  readonly #byCaller = new Map<Caller, Map<Id, Invocation>>();
  readonly #byCallee = new Map<Member, Asked>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Draws the callee's request id. */
  open(caller: Caller, request: Id, callee: Member, procedure: Uri, progressive: boolean): Invocation {
    const asked = this.#byCallee.get(callee) ?? { ids: new RequestIds(), last: 0, open: new Map() };
    this.#byCallee.set(callee, asked);
    const calls = this.#byCaller.get(caller) ?? new Map<Id, Invocation>();
    this.#byCaller.set(caller, calls);

    const id = asked.ids.next();
    asked.last = id;
    const invocation: Invocation = {
      caller,
      request,
      callee,
      id,
      procedure,
      progressive,
      killed: false,
      timer: undefined,
    };
    asked.open.set(id, invocation);
    calls.set(request, invocation);
    this.#size++;
    return invocation;
  }

  ofCaller(caller: Caller, request: Id): Invocation | undefined {
    return this.#byCaller.get(caller)?.get(request);
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
    const calls = this.#byCaller.get(invocation.caller);
    calls?.delete(invocation.request);
    if (calls?.size === 0) this.#byCaller.delete(invocation.caller);
  }

  /** A session left: forgets its calls, at either end, and returns them. */
  leave(member: Member): { readonly asCaller: readonly Invocation[]; readonly asCallee: readonly Invocation[] } {
    const asCaller = [...(this.#byCaller.get(member)?.values() ?? [])];
    const asCallee = [...(this.#byCallee.get(member)?.open.values() ?? [])];
    for (const invocation of [...asCaller, ...asCallee]) this.close(invocation);
    this.#byCallee.delete(member);
    return { asCaller, asCallee };
  }
}
