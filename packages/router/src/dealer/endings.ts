import type { CancelMode, Id, Uri } from '@wigwag/core/wire';
import { announces, Code, ErrorUri } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { Member } from '../session/member.js';
import { answer } from './answer.js';
import type { CallIds } from './call-ids.js';
import type { Invocation, Invocations } from './invocations.js';
import type { KeptCalls } from './kept-calls.js';
import type { DealerLimits } from './limits.js';
import type { QueuedCall } from './queue.js';

/** What the ways to end a call work on. */
export interface EndingsContext {
  readonly invocations: Invocations;
  readonly callIds: CallIds;
  readonly kept: KeptCalls;
  readonly clock: Clock;
  readonly limits: DealerLimits;
  /** Nothing more is expected of `callee` for one call. */
  readonly onFree: (callee: Member, id: Id) => void;
}

/** The ways in which a call ends whose callee has not answered, or whose answer does not matter any more. */
export class Endings {
  readonly #context: EndingsContext;

  constructor(context: EndingsContext) {
    this.#context = context;
  }

  /** Ends a call as CANCEL would (spec: "Call Canceling"): with `kill` it ends when its callee has answered. */
  cancel(invocation: Invocation, wanted: CancelMode, error: Uri, message: string): void {
    const mode = isInterruptible(invocation.callee) ? wanted : 'skip';
    if (mode === 'kill') {
      if (!invocation.killed) this.interrupt(invocation, mode, error);
      invocation.killed = true;
      return;
    }
    this.close(invocation);
    answer(invocation, error, message);
    // A callee that awaits more of the call has to hear that nothing comes, whatever the mode.
    if (mode !== 'skip' || invocation.input === 'open') this.interrupt(invocation, 'killnowait', error);
  }

  /** A part of a stream found more waiting for its reader than a stream may let wait. */
  overflow(invocation: Invocation, reader: string, what: string): void {
    const { maxStreamOutbound } = this.#context.limits;
    const message = `${what} come faster than ${reader} reads them: ${maxStreamOutbound} bytes wait (maxStreamOutbound)`;
    this.cancel(invocation, 'killnowait', ErrorUri.UNAVAILABLE, message);
  }

  /** Forgets a call: what its callee still sends for it is dropped, and what its caller still sends is late. */
  close(invocation: Invocation): void {
    this.discard(invocation);
    this.remember(invocation);
  }

  /** Forgets that a call went to this callee; it is not over. */
  discard(invocation: Invocation): void {
    this.#context.invocations.close(invocation);
    this.settle(invocation);
  }

  /** Its callee is the one: the call will not be made again at another. */
  settle(invocation: Invocation): void {
    if (invocation.retry) this.#context.kept.release(invocation.retry);
    invocation.retry = undefined;
  }

  /** Something was passed on behind its first message: from here on no other callee could take the call. */
  commit(invocation: Invocation): void {
    if (invocation.begun) return;
    invocation.begun = true;
    this.settle(invocation);
  }

  /** A call is over: more of it may be on its way still. */
  remember({ caller, request, input }: Invocation | QueuedCall): void {
    if (input !== 'none') this.#context.callIds.ended(caller, request);
  }

  /** An INTERRUPT that asks for no answer need not get one (spec: "Call Canceling"): the callee counts as free. */
  interrupt({ callee, id }: Invocation, mode: CancelMode, reason: Uri): void {
    callee.send({ code: Code.INTERRUPT, request: id, options: { mode, reason } });
    if (mode === 'killnowait') this.#context.onFree(callee, id);
  }

  /** @param left how much of `timeout` is left, where some of it is spent already */
  startTimer(invocation: Invocation, timeout: number, left = timeout): void {
    const stop = this.#context.clock.after(left, () => {
      this.cancel(invocation, 'killnowait', ErrorUri.TIMEOUT, `no result within ${timeout} ms`);
    });
    invocation.timer = { milliseconds: timeout, stop };
  }

  /** With progressive results the time counts anew from each (spec: "Progressive Call Results", "Timeouts"). */
  restartTimer(invocation: Invocation): void {
    const { timer } = invocation;
    if (!timer) return;
    timer.stop();
    this.startTimer(invocation, timer.milliseconds);
  }
}

/** Whether a callee can be told that nobody waits for its answer. */
export function isInterruptible({ details }: Member): boolean {
  return announces(details, 'callee', 'call_canceling');
}
