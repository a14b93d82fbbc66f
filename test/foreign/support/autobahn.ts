import type { CloseDetails, Connection, ConnectionOptions, Event, JoinDetails, Serializer, Session } from 'autobahn';
import autobahn from 'autobahn';
import { Inbox } from './inbox.js';
import type { Guest, Stage } from './stage.js';

// Its warnings announce each closed connection; the tests look at `onclose` instead.
autobahn.log.warn = () => {};

/** AutobahnJS's serializers, by what it calls them. */
export const serializers: Readonly<Record<'json' | 'msgpack' | 'cbor', () => Serializer>> = {
  json: () => new autobahn.serializer.JSONSerializer(),
  msgpack: () => new autobahn.serializer.MsgpackSerializer(),
  cbor: () => new autobahn.serializer.CBORSerializer(),
};

export interface Joined {
  readonly session: Session;
  readonly details: JoinDetails;
}
export interface Closed extends CloseDetails {
  /** What `onclose` calls its reason: whether the connection was closed, lost, or never there. */
  readonly how: string;
}

/** AutobahnJS's connection, with what it tells its application in inboxes. */
export class AutobahnPeer implements Guest {
  readonly joined = new Inbox<Joined>();
  readonly closed = new Inbox<Closed>();
  /** What handlers threw: AutobahnJS reports it beside answering with it. */
  readonly userErrors: unknown[] = [];
  /** What AutobahnJS objects to in what the router sends it. */
  readonly complaints: unknown[] = [];
  readonly #connection: Connection;
  #leaving = false;
  #over = true;
  readonly #ended = new Inbox<'over'>();

  constructor(url: string, options: Partial<ConnectionOptions> = {}) {
    this.#connection = new autobahn.Connection({
      url,
      realm: 'realm1',
      on_user_error: (error) => this.userErrors.push(error),
      on_internal_error: (error) => this.complaints.push(error),
      ...options,
    });
    this.#connection.onopen = (session, details) => {
      // AutobahnJS does not give up an attempt that was already due when it was closed.
      if (this.#leaving) this.#connection.close();
      else this.joined.push({ session, details });
    };
    this.#connection.onclose = (how, details) => {
      this.closed.push({ how, ...details });
      if (details.will_retry) return;
      this.#over = true;
      this.#ended.push('over');
    };
  }

  open(): Promise<Joined> {
    this.#over = false;
    this.#connection.open();
    return this.joined.next();
  }

  /** Says GOODBYE; resolves when the connection is closed. */
  async close(): Promise<void> {
    if (this.#over) return;
    this.#leaving = true;
    this.#connection.close();
    while (!this.#over) await this.#ended.next();
  }
}

/** A connection of AutobahnJS that is still to be opened, to the router or elsewhere. */
export function autobahnAt(stage: Stage, options: Partial<ConnectionOptions> = {}, url = stage.url): AutobahnPeer {
  return stage.host(new AutobahnPeer(url, options));
}

/** A session of AutobahnJS. */
export async function joined(stage: Stage, options: Partial<ConnectionOptions> = {}): Promise<Session> {
  const { session } = await autobahnAt(stage, options).open();
  return session;
}

/** An event as AutobahnJS hands it over. */
export interface Received {
  readonly args: unknown[];
  readonly kwargs: Record<string, unknown>;
  readonly event: Event;
}

/** Subscribes AutobahnJS, and returns where its events arrive. */
export async function listen(
  session: Session,
  topic: string,
  options: Record<string, unknown> = {},
): Promise<Inbox<Received>> {
  const inbox = new Inbox<Received>();
  await session.subscribe(topic, (args, kwargs, event) => inbox.push({ args, kwargs, event }), options);
  return inbox;
}

export function sessionId(session: Session): number {
  if (session.id === null) throw new Error('the session is closed');
  return session.id;
}
