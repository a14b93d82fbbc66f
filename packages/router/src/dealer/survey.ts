import type { Call, CancelMode, Id, RouterMessage, Uri } from '@wigwag/core/wire';
import { Code, ErrorUri, Payload } from '@wigwag/core/wire';
import type { Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { answer } from './answer.js';
import type { Callee } from './callee.js';
import type { Caller } from './caller.js';
import type { Registration } from './registrations.js';

/** What a survey has the dealer do; `request` is what the survey numbers its calls by. */
export interface SurveyCalls {
  /** @returns why `callee` cannot be asked */
  invoke(registration: Registration, callee: Callee, survey: Survey, message: Call): Refusal | undefined;
  /** Ends the call, which is answered with ERROR if it is still open. */
  cancel(survey: Survey, request: Id, mode: CancelMode, error: Uri): void;
}

/** How a survey ends when all calls are over: with what came together, with an error, or without a word. */
type Conclusion = 'result' | Refusal | 'forsaken';

/**
 * One call that goes to every callee of a registration (`invoke: "all"`). To the dealer it is the caller of as many
 * calls, numbered from 1; of each answer it makes a part for the session that called, and of all together the end.
 */
export class Survey implements Caller {
  readonly request: Id;
  readonly #caller: Caller;
  readonly #message: Call;
  readonly #callees: readonly Callee[];
  /** Calls that have not been answered. */
  readonly #open: Set<Id>;
  readonly #answered: Id[] = [];
  readonly #errors: { readonly callee: Id; readonly error: Uri }[] = [];
  #conclusion: Conclusion = 'result';

  /** @param onEnd told once, when the survey is over; its last message goes out after that */
  constructor(
    caller: Caller,
    message: Call,
    callees: readonly Callee[],
    private readonly calls: SurveyCalls,
    private readonly onEnd: () => void,
  ) {
    this.request = message.request;
    this.#caller = caller;
    this.#message = message;
    this.#callees = callees;
    this.#open = new Set(callees.map((_, at) => at + 1));
  }

  get id(): Id {
    return this.#caller.id;
  }

  get identity(): Member['identity'] {
    return this.#caller.identity;
  }

  get details(): Member['details'] {
    return this.#caller.details;
  }

  get serializer(): Member['serializer'] {
    return this.#caller.serializer;
  }

  /** Asks everybody. */
  begin(registration: Registration): void {
    // One answer each; and the survey keeps the time itself, so that its end is no error.
    const { receive_progress: _, timeout: __, ...options } = this.#message.options;
    for (const [at, callee] of this.#callees.entries()) {
      const request = at + 1;
      // What was sent to one may have ended the session of another, or of the caller.
      if (!this.#open.has(request)) continue;
      if (!registration.callees.includes(callee)) this.#failed(request, ErrorUri.NO_AVAILABLE_CALLEE);
      else {
        const refusal = this.calls.invoke(registration, callee, this, { ...this.#message, request, options });
        if (refusal) this.#failed(request, refusal.uri);
      }
    }
  }

  /** An answer of a callee, or why there is none. @throws as `Member.send` does */
  send(message: RouterMessage): void {
    if (message.code === Code.ERROR) this.#failed(message.request, message.error);
    if (message.code !== Code.RESULT || !this.#open.has(message.request)) return;
    const callee = this.#calleeOf(message.request);
    const { request } = this;
    const details = { ...message.details, progress: true, _callee: callee };
    const sent = this.#caller.sendPart({ ...message, request, details });
    // It may have been the one message too many for the caller's session.
    if (!this.#open.has(message.request)) return;
    if (sent) {
      this.#answered.push(callee);
      this.#close(message.request);
    } else {
      this.#stop('killnowait', { uri: ErrorUri.UNAVAILABLE, message: 'the answers come faster than they are read' });
      this.#failed(message.request, ErrorUri.UNAVAILABLE);
    }
  }

  /** Of one answer there are no parts here: callees are not asked for them. */
  sendPart(message: RouterMessage): boolean {
    this.send(message);
    return true;
  }

  /** The caller gives up: the survey ends with ERROR, unless, for `kill`, everybody answered before it was interrupted. */
  cancel(mode: CancelMode): void {
    this.#stop(mode, { uri: ErrorUri.CANCELED, message: 'canceled by the caller' });
  }

  /** The caller's time is up: the survey ends with what came until now. */
  expire(): void {
    for (const request of [...this.#open]) this.calls.cancel(this, request, 'killnowait', ErrorUri.TIMEOUT);
  }

  /** The caller left: nobody is told. */
  forsake(): void {
    this.#conclusion = 'forsaken';
    for (const request of [...this.#open]) {
      this.calls.cancel(this, request, 'killnowait', ErrorUri.CANCELED);
      // Where it had not been made yet.
      this.#failed(request, ErrorUri.CANCELED);
    }
  }

  #stop(mode: CancelMode, why: Refusal): void {
    this.#conclusion = why;
    for (const request of [...this.#open]) this.calls.cancel(this, request, mode, why.uri);
  }

  #failed(request: Id, error: Uri): void {
    if (!this.#open.has(request)) return;
    this.#errors.push({ callee: this.#calleeOf(request), error });
    this.#close(request);
  }

  #calleeOf(request: Id): Id {
    return this.#callees[request - 1]?.member.id ?? 0;
  }

  #close(request: Id): void {
    this.#open.delete(request);
    if (this.#open.size === 0) this.#end();
  }

  #end(): void {
    this.onEnd();
    if (this.#conclusion === 'forsaken') return;
    const { request } = this;
    const answered = new Set(this.#answered);
    const missing = this.#callees.map(({ member }) => member.id).filter((id) => !answered.has(id));
    if (this.#conclusion !== 'result' && missing.length > 0) {
      const { uri: error, message } = this.#conclusion;
      answer({ caller: this.#caller, request }, error, message);
      return;
    }
    const payload = Payload.of([], { answered: this.#answered, missing, errors: this.#errors });
    this.#caller.send({ code: Code.RESULT, request, details: {}, payload });
  }
}
