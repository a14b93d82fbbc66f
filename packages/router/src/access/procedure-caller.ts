import type { Session } from '@wigwag/core/session';
import { Result } from '@wigwag/core/session';
import type { Uri } from '@wigwag/core/wire';

/** Calls a procedure of the application, in any realm of this router. */
export type CallProcedure = (procedure: Uri, args: readonly unknown[], realm: Uri) => Promise<unknown>;

/**
 * Calls procedures for the router itself, by one session a realm, which is opened when it is first needed. It acts as
 * authid `router` in the role `router`, and passes no authorization.
 */
export class ProcedureCaller {
  readonly #sessions = new Map<Uri, Promise<Session>>();

  /** @param timeout milliseconds that a procedure may take */
  constructor(
    private readonly open: (realm: Uri) => Promise<Session>,
    private readonly timeout: number,
  ) {}

  /** @returns the result's first argument; `undefined` where there is none */
  readonly call: CallProcedure = async (procedure, args, realm) => {
    const session = await this.#session(realm);
    const answer = await session.call(procedure, args, { timeout: this.timeout });
    return answer instanceof Result ? answer.args[0] : answer;
  };

  #session(realm: Uri): Promise<Session> {
    const there = this.#sessions.get(realm);
    if (there) return there;
    const opening = this.open(realm);
    this.#sessions.set(realm, opening);
    const forget = () => this.#sessions.delete(realm);
    opening.then((session) => session.ended).then(forget, forget);
    return opening;
  }
}
