import { cancelable } from '../session/cancelable.js';
import { requireOptions } from '../session/check.js';
import type { Deferred } from '../session/deferred.js';
import { deferred } from '../session/deferred.js';
import type { Disposing } from '../session/disposing.js';
import { disposing } from '../session/disposing.js';
import { errorForEnd } from '../session/end.js';
import type { ErrorHook } from '../session/errors.js';
import { OfflineError, SessionClosedError, TimeoutError } from '../session/errors.js';
import type { Link } from '../session/link.js';
import { requireUri } from '../session/link.js';
import type { Roles } from '../session/role.js';
import type { RoleSession } from '../session/role-session.js';
import { joinAs } from '../session/role-session.js';
import { safeHook } from '../session/safe-hook.js';
import { asError } from '../session/thrown.js';
import { after } from '../transport/after.js';
import type { Connector, Transport } from '../transport/transport.js';
import * as CloseUri from '../wire/close-uris.js';
import { InvalidArgumentError } from '../wire/errors.js';
import type { Id, Uri } from '../wire/messages.js';
import { fullJitter } from './backoff.js';
import { Emitter } from './emitter.js';
import { isFatal } from './fatal.js';
import type { BaseClientOptions, ClientEvents, MayWait, Offline, SettledOptions } from './options.js';
import { settle } from './options.js';
import type { Pulsing } from './probe.js';
import { probing } from './probe.js';
import type { ClientEvent, ClientState } from './state.js';
import { transition } from './state.js';
import type { Patience, WaitingRoom } from './waiting.js';
import type { Wanted } from './wanted.js';

/**
 * Keeps a session alive: connects, joins, reconnects with backoff, and opens every subscription and registration
 * again with all its options. Every promise settles: with an answer, with the reason why there will be none, or, for
 * requests that wait for a session, with the client's end. What it can do in a session is up to its roles.
 *
 * @typeParam R the roles that it plays
 *
 * Emits `state` and `restoreFailed` (see `ClientEvents`).
 */
export class BaseClient<R extends Roles> extends Emitter<ClientEvents> implements Disposing {
  /** As `close`, for `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #connector: Connector;
  readonly #play: (link: Link) => R;
  readonly #options: SettledOptions;
  readonly #delay: (attempt: number) => number;
  readonly #wanted = new Set<Wanted<R>>();
  readonly #waiting: WaitingRoom | undefined;
  #state: ClientState = { type: 'idle' };
  #session: RoleSession<R> | undefined;
  #pulse: Pulsing | undefined;
  #everJoined = false;
  #attempt: AbortController | undefined;
  #stopWaiting = () => {};
  /** Told of errors that no promise carries; never throws. */
  readonly report: ErrorHook;
  /** States that the listeners have still to be told of, in order. */
  readonly #untold: ClientState[] = [];
  /** What `connect` returned. */
  #connected: Deferred<this> | undefined;
  readonly #closed = deferred<void>();

  /** Does not connect yet. @throws InvalidArgumentError for options that are mistaken; InvalidUriError when `realm` is none */
  constructor(connector: Connector, options: BaseClientOptions, play: (link: Link) => R) {
    super();
    // What each option accepts is checked by the class that knows all of them.
    requireOptions(options);
    requireUri('realm', options.realm);
    if (options.offline === 'wait') requireWaiting(options.waiting);
    disposing(this, () => this.close());
    this.#connector = connector;
    this.#play = play;
    this.#options = settle(options);
    this.report = safeHook(options.onError);
    this.#delay = fullJitter(options.backoff, options.random);
    this.#waiting = options.waiting?.();
  }

  get state(): ClientState {
    return this.#state;
  }

  get realm(): Uri {
    return this.#options.realm;
  }

  /** The id of its session, by which others can address it; 0 while it has none, and another after each reconnect. */
  get session(): Id {
    return this.#state.type === 'joined' ? this.#state.session : 0;
  }

  /**
   * Starts, and resolves with this client once it has joined. Rejects when it will not: the first attempt failed and
   * `retry` is not `always`, the router refused for good, or the client was closed. Repeating it gives the same promise,
   * until the client has ended: that is for good.
   */
  connect(): Promise<this> {
    const { type } = this.#state;
    if (type === 'closing' || type === 'closed') return Promise.reject(this.#endError());
    this.#connected ??= deferred();
    this.#advance({ type: 'connect' });
    return this.#connected.promise;
  }

  /**
   * For those who know that something has changed, such as the network, or that this machine has slept: ends a wait
   * between attempts now, and in a session finds out whether the router is still there.
   */
  wake(): void {
    this.#advance({ type: 'wake' });
    if (this.#state.type === 'joined') this.#pulse?.probe();
  }

  /**
   * Leaves for good. Resolves always, and in bounded time: the router has `leaveTimeout` to answer. What is still open
   * rejects with SessionClosedError, and no handler of events or calls is called any more.
   */
  close(): Promise<void> {
    this.#advance({ type: 'close' });
    return this.#closed.promise;
  }

  /**
   * Opens something in the present session and again in each later one, until it is given up; what `subscribe` and
   * `register` are made of, for whatever else lives in a session.
   * @throws as `publish` does, and what `wanted` throws; then it is not kept
   */
  async keep(
    wanted: Wanted<R>,
    options: { readonly offline?: Offline | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { signal } = options;
    const opened = this.withSession(options, async (session) => {
      await wanted.open(session);
      if (!signal?.aborted) this.#wanted.add(wanted);
    });
    await cancelable(signal, opened, () => {
      void wanted.giveUp();
    });
  }

  /** Ends what `keep` keeps, offline too. */
  async giveUp(wanted: Wanted<R>): Promise<void> {
    this.#wanted.delete(wanted);
    await wanted.giveUp();
  }

  /**
   * Runs `work` in the present session, or in the next one where `offline` says so; what requests are made of.
   * @param work is handed the options of the request that are the session's
   * @throws InvalidArgumentError, OfflineError, what the client ended with, and what `work` throws
   */
  async withSession<Options extends MayWait & Patience, T>(
    options: Options,
    work: (session: RoleSession<R>, request: Omit<Options, 'offline'>) => Promise<T>,
  ): Promise<T> {
    requireOptions(options);
    const { offline = this.#options.offline, ...request } = options;
    const waiting = offline === 'wait' ? requireWaiting(this.#waiting) : undefined;
    if (this.#session) return work(this.#session, request);
    const { type } = this.#state;
    if (type === 'closing' || type === 'closed') throw this.#endError();
    if (waiting) return waiting.add(() => this.withSession(options, work), options);
    const hint = "to have requests wait for a session, use the options waiting: waiting() and offline: 'wait'";
    throw new OfflineError(`the client is not connected (it is ${type}), and nothing was sent; ${hint}`);
  }

  #advance(event: ClientEvent): void {
    const before = this.#state;
    const next = transition(this.#options.retry, this.#everJoined, before, event);
    if (next === before) return;
    this.#state = next;
    if (next.type !== 'waiting') this.#stopWaiting();
    // Nothing is left to do when the listeners are told, so that they may call anything, and each is told in order of
    // what that leads to.
    const isTelling = this.#untold.length > 0;
    this.#untold.push(next);
    this.#enter(next);
    if (isTelling) return;
    for (let told = this.#untold[0]; told; this.#untold.shift(), told = this.#untold[0]) this.tell('state', told);
  }

  protected override listenerFailed(event: string, error: unknown): void {
    this.report(error, { where: 'listener', uri: event });
  }

  #enter(state: ClientState): void {
    switch (state.type) {
      case 'connecting':
        void this.#open();
        break;
      case 'joined':
        this.#connected?.resolve(this);
        break;
      case 'waiting':
        this.#stopWaiting = after(state.delay, () => this.#advance({ type: 'wake' }));
        break;
      case 'closing':
        this.#leave();
        break;
      case 'closed':
        this.#waiting?.rejectAll(this.#endError());
        this.#connected?.reject(this.#endError());
        this.#closed.resolve();
        break;
    }
  }

  #leave(): void {
    const session = this.#session;
    this.#session = undefined;
    if (!session) {
      this.#attempt?.abort(this.#endError());
      this.#advance({ type: 'left' });
    } else session.leave().then(() => this.#advance({ type: 'left' }));
  }

  /** One attempt: a transport, then a session on it. */
  async #open(): Promise<void> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { connectTimeout } = this.#options;
    const stop = after(connectTimeout, () => {
      attempt.abort(new TimeoutError(`connecting and joining took more than ${connectTimeout} ms`));
    });
    try {
      const transport = await this.#transport(attempt.signal);
      const session = await joinAs(transport, { ...this.#options, signal: attempt.signal }, this.#play);
      if (attempt.signal.aborted) session.abandon();
      else this.#begin(session, transport);
    } catch (error) {
      if (this.#attempt === attempt) this.#fail(error);
    } finally {
      stop();
    }
  }

  /** A transport that comes after the attempt was given up is dropped: there is one live connection at a time. */
  #transport(signal: AbortSignal): Promise<Transport> {
    const opened = this.#connector(signal);
    const dropped = () => {
      opened.then(
        (late) => late.terminate(),
        () => {},
      );
    };
    return cancelable(signal, opened, dropped);
  }

  #begin(session: RoleSession<R>, transport: Transport): void {
    this.#session = session;
    this.#everJoined = true;
    const pulse = this.#watchOver(session, transport);
    this.#pulse = pulse;
    session.ended.then((end) => {
      pulse?.stop();
      if (this.#session !== session) return;
      this.#session = undefined;
      for (const wanted of this.#wanted) wanted.lapse();
      this.#fail(errorForEnd(end, this.realm));
    });
    if (session.state.type !== 'joined') return;
    // What is wanted goes on the wire before what waits, and both before what a listener of `state` may send.
    for (const wanted of this.#wanted) void this.#restore(wanted, session);
    this.#waiting?.flush();
    this.#advance({ type: 'joined', session: session.id, details: session.details });
  }

  /** None where the transport is beyond doubt. */
  #watchOver(session: RoleSession<R>, transport: Transport): Pulsing | undefined {
    const vitals = transport.vitals?.bind(transport);
    if (!vitals) return undefined;
    const watch = this.#options.heartbeat ?? probing;
    return watch({
      pings: transport.ping !== undefined,
      vitals,
      ask: () => session.ask(),
      lost: (timeout) => session.abandon(`the router gave no sign of life for ${timeout} ms`),
    });
  }

  async #restore(wanted: Wanted<R>, session: RoleSession<R>): Promise<void> {
    try {
      await wanted.open(session);
    } catch (error) {
      if (this.#session !== session || !this.#wanted.has(wanted)) return;
      const { kind, uri } = wanted;
      if (!this.tell('restoreFailed', { kind, uri, error })) this.report(error, { where: 'restore', uri });
    }
  }

  #fail(reason: unknown): void {
    const error = asError(reason);
    const attempt = this.#state.type === 'connecting' ? this.#state.attempt : 1;
    this.#advance({ type: 'failed', error, fatal: isFatal(error), delay: this.#delay(attempt) });
  }

  #endError(): Error {
    const why = this.#state.type === 'closed' ? this.#state.error : undefined;
    return why ?? new SessionClosedError(CloseUri.NORMAL, { message: 'the client was closed' });
  }
}

/** @throws InvalidArgumentError where requests cannot wait */
function requireWaiting<T>(waiting: T | undefined): T {
  if (waiting) return waiting;
  throw new InvalidArgumentError("offline: 'wait' needs a client with the option waiting: waiting()");
}
