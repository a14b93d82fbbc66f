import type { Id } from '@wigwag/core/wire';
import { TurnoverMap } from '@wigwag/core/wire';

/**
 * What comes and goes under ids, a session's apart from every other's: requests, which each session numbers for itself
 * (spec: "Identifiers"), or what a session has a part in. A session of which there is nothing takes no
 * place. As in `TurnoverMap`, nothing must be added while values are gone through.
 */
export class PerSession<S extends object, V> {
  readonly #sessions = new TurnoverMap<S, TurnoverMap<Id, V>>();

  get(session: S, id: Id): V | undefined {
    return this.#sessions.get(session)?.get(id);
  }

  /** What was there under this id is replaced. */
  set(session: S, id: Id, value: V): void {
    const own = this.#sessions.get(session) ?? this.#open(session);
    own.set(id, value);
  }

  /** @returns whether there was something under this id */
  delete(session: S, id: Id): boolean {
    const own = this.#sessions.get(session);
    if (!own?.delete(id)) return false;
    if (own.size === 0) this.#sessions.delete(session);
    return true;
  }

  /** Deletes all there is of a session. */
  leave(session: S): void {
    this.#sessions.delete(session);
  }

  countOf(session: S): number {
    return this.#sessions.get(session)?.size ?? 0;
  }

  /** All there is of a session, in the order of its coming; what is deleted while it is gone through is left out. */
  of(session: S): Iterable<V> {
    return this.#sessions.get(session)?.values() ?? [];
  }

  #open(session: S): TurnoverMap<Id, V> {
    const own = new TurnoverMap<Id, V>();
    this.#sessions.set(session, own);
    return own;
  }
}
