import type { Id } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import { PerSession } from '../session/per-session.js';
import type { Callee } from './callee.js';
import type { Registration } from './registrations.js';

/** A call that keeps a callee busy. */
export interface Work {
  readonly registration: Registration;
  readonly callee: Callee;
}

/**
 * What callees are busy with, counted where a policy or a bound depends on it. A call keeps its callee busy until that
 * callee has given its last answer, whatever the caller was told before: one that was skipped may still be computing.
 * Only an INTERRUPT that asks for no answer (`killnowait`) ends that before.
 */
export class Workload {
  readonly #work = new PerSession<Member, Work>();

  /** @param id INVOCATION.Request */
  begin(registration: Registration, callee: Callee, id: Id): void {
    if (registration.invoke !== 'load' && callee.concurrency === Number.POSITIVE_INFINITY) return;
    this.#work.set(callee.member, id, { registration, callee });
    callee.running++;
  }

  /** Nothing more is expected of the callee. @returns what it was busy with, where that was counted */
  end(member: Member, id: Id): Work | undefined {
    const done = this.#work.get(member, id);
    if (!done) return undefined;
    this.#work.delete(member, id);
    done.callee.running--;
    return done;
  }

  leave(member: Member): void {
    this.#work.leave(member);
  }
}
