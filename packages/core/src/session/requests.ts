import * as Code from '../wire/codes.js';
import { MAX_ID } from '../wire/ids.js';
import type { Id, Result as ResultMessage, Uri, WampErrorMessage } from '../wire/messages.js';
import { TurnoverMap } from '../wire/turnover-map.js';
import type { RoleMessage } from './state.js';

/** A message that answers a request of ours. */
export type Reply = Extract<RoleMessage, { readonly request: number }>;

/** Who waits for an answer. */
export interface Pending {
  /** The code that a positive answer has. */
  readonly expects: Reply['code'];
  /** Handed replies with that code alone, and so it need not take others. */
  resolve(reply: Reply): void;
  readonly reject: (error: Error) => void;
  /** Told of RESULTs that are not the last; where it is missing they are ignored. */
  readonly part?: ((reply: ResultMessage) => void) | undefined;
  /** The procedure, of a call: another client's answer to it passes the interceptors under this URI. */
  readonly procedure?: Uri;
}

/** The requests that wait for an answer: each settles exactly once, by a reply, by being dropped, or by the end of the session. */
export class PendingRequests {
  readonly #pending = new TurnoverMap<Id, Pending>();
  readonly #errorFrom: (reply: WampErrorMessage, procedure: Uri | undefined) => Error;
  #last = 0;

  /** @param errorFrom makes of a received ERROR what the request rejects with */
  constructor(errorFrom: (reply: WampErrorMessage, procedure: Uri | undefined) => Error) {
    this.#errorFrom = errorFrom;
  }

  /** Sends with the next request id, which is spent only when `send` does not throw: on the wire ids have no gaps. */
  draw(send: (id: Id) => void): Id {
    const id = this.#last === MAX_ID ? 1 : this.#last + 1;
    send(id);
    this.#last = id;
    return id;
  }

  /** Waits for the answer to request `id`: a message with the code that it expects, or ERROR. */
  open(id: Id, pending: Pending): void {
    this.#pending.set(id, pending);
  }

  /** Whether request `id` still waits for its answer. */
  has(id: Id): boolean {
    return this.#pending.has(id);
  }

  /** Stops waiting; a later answer is ignored. False when it was settled already. */
  drop(id: Id): boolean {
    return this.#pending.delete(id);
  }

  /** False when no request waits for this reply: one that was dropped, or one never made (see `isIssued`). */
  settle(reply: Reply): boolean {
    const pending = this.#pending.get(reply.request);
    if (!pending) return false;
    if (reply.code === Code.ERROR) {
      this.#pending.delete(reply.request);
      pending.reject(this.#errorFrom(reply, pending.procedure));
      return true;
    }
    if (reply.code !== pending.expects) return false;
    if (reply.code === Code.RESULT && reply.details.progress === true) {
      pending.part?.(reply);
      return true;
    }
    this.#pending.delete(reply.request);
    pending.resolve(reply);
    return true;
  }

  /** Whether this session ever drew this id. */
  isIssued(id: Id): boolean {
    return id <= this.#last;
  }

  rejectAll(error: Error): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(error);
  }
}
