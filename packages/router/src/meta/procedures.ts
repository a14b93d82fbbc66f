import { textOf } from '@wigwag/core/session';
import type { Call, Id, Uri } from '@wigwag/core/wire';
import { Code, ErrorUri, Payload, ProtocolError } from '@wigwag/core/wire';
import type { Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { PerSession } from '../session/per-session.js';
import { unsendable } from '../session/unsendable.js';
import type { MetaAnswer, MetaProcedure } from './procedure.js';
import { CallRefused, isRefusal } from './procedure.js';

/** What an answer that comes later may take; it is not known when the call is charged for it. */
const ASYNCHRONOUS = 4096;

/** What the table needs of its realm. */
export interface MetaProceduresContext {
  /** Answers a CALL with ERROR. */
  refuse(caller: Member, call: Call, refusal: Refusal): void;
  /** Takes account of what a call was to carry out (`Effort`). */
  readonly charge: (effort: number) => void;
  /** A procedure threw what is no refusal. */
  report(error: unknown, where: string): void;
}

/**
 * The procedures that the router itself serves in one realm, by URI. Calls of them come through the same pipeline as
 * all others (URI rule, admission), and are answered without a callee.
 */
export class MetaProcedures {
  readonly #context: MetaProceduresContext;
  readonly #table = new Map<Uri, MetaProcedure>();
  /** Calls whose answer is a promise, so that CANCEL and the caller's leaving find them. */
  readonly #pending = new PerSession<Member, Call>();

  constructor(context: MetaProceduresContext) {
    this.#context = context;
  }

  /** Adds procedures; one that is there already is replaced. */
  add(procedures: Readonly<Record<Uri, MetaProcedure>>): void {
    for (const [uri, procedure] of Object.entries(procedures)) this.#table.set(uri, procedure);
  }

  /** Whether a call of it is the router's to answer: all of `wamp.` is, so that no client's pattern takes it. */
  serves(uri: Uri): boolean {
    return this.#table.has(uri) || uri.startsWith('wamp.');
  }

  /** The URIs of all of them. */
  list(): Uri[] {
    return [...this.#table.keys()];
  }

  /** @throws ProtocolError when the request id of a CALL, of whatever procedure, is one of a call here that is still open */
  requireNew(caller: Member, { request }: Call): void {
    if (!this.#pending.get(caller, request)) return;
    throw new ProtocolError(`CALL.Request ${request} is the id of a call that is still open`);
  }

  /** @returns why not, where that is known at once */
  call(caller: Member, call: Call): Refusal | undefined {
    const { procedure, options } = call;
    if (options.progress) {
      return { uri: ErrorUri.OPTION_NOT_ALLOWED, message: `${procedure} takes no calls in parts (options.progress)` };
    }
    let answer: MetaAnswer | Promise<MetaAnswer>;
    try {
      answer = this.#run(caller, call);
    } catch (error) {
      answer = this.#failed(error, procedure);
    }
    if (answer instanceof Promise) {
      this.#context.charge(ASYNCHRONOUS);
      this.#await(caller, call, answer);
      return undefined;
    }
    return this.#conclude(caller, call, answer);
  }

  /** @returns whether there was such a call of one of these procedures; it is answered, and what it comes to is dropped */
  cancel(caller: Member, request: Id): boolean {
    const call = this.#pending.get(caller, request);
    if (!call) return false;
    this.#pending.delete(caller, request);
    this.#context.refuse(caller, call, { uri: ErrorUri.CANCELED, message: 'canceled by the caller' });
    return true;
  }

  leave(member: Member): void {
    this.#pending.leave(member);
  }

  #run(caller: Member, { procedure, options: details, payload }: Call): MetaAnswer | Promise<MetaAnswer> {
    const run = this.#table.get(procedure);
    if (!run) return { uri: ErrorUri.NO_SUCH_PROCEDURE, message: `this router has no ${procedure}` };
    if (payload?.opaque) {
      return { uri: ErrorUri.INVALID_ARGUMENT, message: `${procedure} cannot read an opaque payload` };
    }
    const { args = [], kwargs = {} } = payload?.values ?? {};
    return run({ caller, args, kwargs, details, spend: this.#context.charge });
  }

  #await(caller: Member, call: Call, answer: Promise<MetaAnswer>): void {
    this.#pending.set(caller, call.request, call);
    answer
      .catch((error: unknown) => this.#failed(error, call.procedure))
      .then((settled) => {
        // It may have been canceled, and its id be another call's by now.
        if (this.#pending.get(caller, call.request) !== call) return;
        this.#pending.delete(caller, call.request);
        const refusal = this.#conclude(caller, call, settled);
        if (refusal) this.#context.refuse(caller, call, refusal);
      })
      .catch((error: unknown) => this.#context.report(error, call.procedure));
  }

  #conclude(caller: Member, { request, procedure }: Call, answer: MetaAnswer): Refusal | undefined {
    if (isRefusal(answer)) return answer;
    try {
      caller.send({ code: Code.RESULT, request, details: {}, payload: Payload.of(answer.args, answer.kwargs) });
    } catch (error) {
      return { uri: unsendable(error), message: `the result of ${procedure} cannot be sent to you: ${textOf(error)}` };
    }
    return undefined;
  }

  #failed(error: unknown, procedure: Uri): Refusal {
    if (error instanceof CallRefused) return error;
    // Well-formed bytes that cannot be decoded.
    if (error instanceof ProtocolError) return { uri: ErrorUri.INVALID_ARGUMENT, message: error.message };
    this.#context.report(error, procedure);
    return { uri: ErrorUri.RUNTIME_ERROR, message: `the router failed in ${procedure}; its log says why` };
  }
}
