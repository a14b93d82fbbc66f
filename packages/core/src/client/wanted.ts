import type { Roles } from '../session/role.js';
import type { RoleSession } from '../session/role-session.js';
import type { Id, Uri } from '../wire/messages.js';

/** What lives as long as one session, or shorter. */
export type WantedKind = 'subscription' | 'registration' | 'testament' | 'definition';

/** One of these, in one session. */
export interface Live {
  /** The router's id of it; 0 for what has none. */
  readonly id: Id;
  /** Unsubscribes, unregisters or the like. */
  end(): Promise<void>;
}

/**
 * What the application wants whatever becomes of the connection, such as a subscription: opened once in each session,
 * with all the options that it was asked for, until it is given up.
 * @typeParam R the roles that its session has to play
 */
export class Wanted<R extends Roles = Roles> {
  readonly #open: (session: RoleSession<R>) => Promise<Live>;
  #live: Live | undefined;
  /** Set by `giveUp`: the application wants it no longer, though it may still be open. */
  given = false;

  constructor(
    readonly kind: WantedKind,
    readonly uri: Uri,
    open: (session: RoleSession<R>) => Promise<Live>,
  ) {
    this.#open = open;
  }

  /** The router's id of it in the present session; 0 while there is none. */
  get id(): Id {
    return this.#live?.id ?? 0;
  }

  /** Opens it in a new session. @throws as `Session.subscribe` and `Session.register` do */
  async open(session: RoleSession<R>): Promise<void> {
    this.#live = undefined;
    const live = await this.#open(session);
    if (this.given) await live.end();
    else this.#live = live;
  }

  /** The session it was live in is gone. */
  lapse(): void {
    this.#live = undefined;
  }

  async giveUp(): Promise<void> {
    this.given = true;
    const live = this.#live;
    this.#live = undefined;
    if (live) await live.end();
  }
}
