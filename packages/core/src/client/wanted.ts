import type { Session } from '../session/session.js';
import type { Id, Uri } from '../wire/messages.js';

/** A subscription or a registration of one session. */
export interface Live {
  readonly id: Id;
  /** Unsubscribes or unregisters. */
  end(): Promise<void>;
}

/**
 * A subscription or registration that the application wants, whatever becomes of the connection: opened once in each
 * session, with all the options that it was asked for, until it is given up.
 */
export class Wanted {
  readonly #open: (session: Session) => Promise<Live>;
  #live: Live | undefined;
  #given = false;

  constructor(
    readonly kind: 'subscription' | 'registration',
    readonly uri: Uri,
    open: (session: Session) => Promise<Live>,
  ) {
    this.#open = open;
  }

  /** The router's id of it in the present session; 0 while there is none. */
  get id(): Id {
    return this.#live?.id ?? 0;
  }

  /** Opens it in a new session. @throws as `Session.subscribe` and `Session.register` do */
  async open(session: Session): Promise<void> {
    this.#live = undefined;
    const live = await this.#open(session);
    if (this.#given) await live.end();
    else this.#live = live;
  }

  /** The session it was live in is gone. */
  lapse(): void {
    this.#live = undefined;
  }

  async giveUp(): Promise<void> {
    this.#given = true;
    const live = this.#live;
    this.#live = undefined;
    if (live) await live.end();
  }
}
