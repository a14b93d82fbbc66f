import type { Auth, ChannelBinding } from '../auth/auth.js';
import { after } from '../transport/after.js';
import type { Transport } from '../transport/transport.js';
import * as CloseUri from '../wire/close-uris.js';
import { forSession, reader } from '../wire/decode-router.js';
import { encodeClient } from '../wire/encoded.js';
import * as ErrorUri from '../wire/error-uris.js';
import { ProtocolError } from '../wire/errors.js';
import type { Challenge, ClientMessage, Dict, Hello, Id, Uri, WampErrorMessage } from '../wire/messages.js';
import type { Frame } from '../wire/serializer.js';
import { ask } from './ask.js';
import { cancelable } from './cancelable.js';
import { deferred } from './deferred.js';
import type { Disposing } from './disposing.js';
import { disposing } from './disposing.js';
import { errorForEnd } from './end.js';
import type { ErrorHook } from './errors.js';
import { MessageTooLargeError, SessionClosedError, WampError } from './errors.js';
import { isMutual, makeHello, proveIdentity } from './handshake.js';
import type { Interceptor } from './interceptor.js';
import { Interceptors } from './interceptor.js';
import type { Link } from './link.js';
import { requireUri } from './link.js';
import { PendingRequests } from './requests.js';
import type { Role, Roles } from './role.js';
import { safeHook } from './safe-hook.js';
import { requireSendable } from './sendable.js';
import type { RoleMessage, SessionEnd, SessionEvent, SessionState } from './state.js';
import { isEstablished, isForRoles, transition } from './state.js';
import { asError } from './thrown.js';

export interface SessionOptions {
  readonly realm: Uri;
  /** Authentication methods, the preferred one first. Default: none, which joins as anonymous. */
  readonly auth?: readonly Auth[] | undefined;
  /** Stand between the application and the wire; what is sent passes them in order. Default: none. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Told of errors that no promise carries. Default: prints them. */
  readonly onError?: ErrorHook | undefined;
  /** Milliseconds that `leave` waits for the router's GOODBYE before it hangs up. Default 2 000. */
  readonly leaveTimeout?: number | undefined;
}

/**
 * One WAMP session on one transport: joins, plays the roles that it is given, and ends once. When it ends, whatever the
 * reason, every promise it handed out has settled. It does not reconnect: see `BaseClient`.
 */
export class RoleSession<R extends Roles = Roles> implements Disposing {
  /** As `leave`, for `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  /** Resolves once WELCOME came; rejects with JoinRefusedError, AuthenticationError, ConnectionLostError, ProtocolError, or what `auth` threw. */
  readonly joined: Promise<void>;
  /** Resolves, never rejects, when the session has ended. */
  readonly ended: Promise<SessionEnd>;

  readonly realm: Uri;
  readonly roles: R;
  /** What content passes on its way, for what carries that of another message, such as a testament or an answer out of the history. */
  readonly interceptors: Interceptors;
  readonly #transport: Transport;
  readonly #auth: readonly Auth[];
  readonly #leaveTimeout: number;
  readonly #link: Link;
  /** The same, one after the other. */
  readonly #playing: readonly Role[];
  readonly #read: ReturnType<typeof reader>;
  #state: SessionState;
  #receiving = 0;
  #greeting: Hello | undefined;
  /** Stops the wait for the router's GOODBYE. */
  #stopLeaving: (() => void) | undefined;
  readonly #joined = deferred<void>();
  readonly #ended = deferred<SessionEnd>();

  /** @param play makes the roles, which see the session through the link */
  constructor(transport: Transport, options: SessionOptions, play: (link: Link) => R) {
    requireUri('realm', options.realm);
    disposing(this, () => this.leave());
    this.#transport = transport;
    this.realm = options.realm;
    this.#auth = options.auth ?? [];
    this.#state = { type: 'joining', mutual: isMutual(this.#auth) };
    this.#leaveTimeout = options.leaveTimeout ?? 2_000;
    this.joined = this.#joined.promise;
    // Whoever asks sees the rejection; nobody has to.
    this.joined.catch(() => {});
    this.ended = this.#ended.promise;
    this.interceptors = new Interceptors(options.interceptors ?? []);

    const session = this;
    this.#link = {
      requests: new PendingRequests((reply, procedure) => this.#errorFrom(reply, procedure)),
      interceptors: this.interceptors,
      get details() {
        return session.details;
      },
      get isOpen() {
        return session.isOpen;
      },
      get receiving() {
        return session.#receiving;
      },
      get buffered() {
        return transport.buffered;
      },
      send: (message) => this.#send(message),
      report: safeHook(options.onError),
    };
    this.roles = play(this.#link);
    this.#playing = Object.values<Role | undefined>(this.roles).filter((role) => role !== undefined);
    this.#read = reader([...forSession, ...this.#playing.flatMap(({ decoders }) => decoders)]);

    transport.attach({
      message: (frame) => this.#receive(frame),
      close: (info) => this.#advance({ type: 'lost', info }),
    });
    this.#hello();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The session's id in its realm; 0 before it joined and after it ended. */
  get id(): Id {
    return this.#state.type === 'joined' ? this.#state.session : 0;
  }

  /** Whether requests can be sent: from WELCOME until either side ends it. */
  get isOpen(): boolean {
    return this.#state.type === 'joined';
  }

  /** WELCOME.Details; empty before it joined and after it ended. */
  get details(): Dict {
    return this.#state.type === 'joined' ? this.#state.details : {};
  }

  /** Says GOODBYE and waits, for a bounded time, for the router's. Resolves always; repeating it does no harm. */
  async leave(reason: Uri = CloseUri.NORMAL): Promise<SessionEnd> {
    this.#advance({ type: 'leave', reason });
    if (this.#state.type === 'leaving') {
      this.#stopLeaving ??= after(this.#leaveTimeout, () => this.abandon());
    }
    return this.ended;
  }

  /** Asks the router for a sign of life: by a ping, or where the transport has none by a request that it refuses. */
  ask(): void {
    if (!this.isOpen) return;
    const asked = this.#transport.ping?.(this.details._rawsocket_ping === true);
    if (!asked) ask(this.#link);
  }

  /** Drops the connection at once, without a word. */
  abandon(reason = 'abandoned by this side'): void {
    // In this order, so that the reason is the one that is told.
    this.#advance({ type: 'lost', info: { code: 1006, reason } });
    this.#transport.terminate();
  }

  async #hello(): Promise<void> {
    try {
      const hello = await makeHello(this.realm, this.#auth, this.roles);
      this.#greeting = hello;
      if (this.#state.type === 'joining') this.#transport.send(encodeClient(hello, this.#transport.serializer));
    } catch (error) {
      this.#advance({ type: 'fail', error: asError(error), reason: ErrorUri.AUTHENTICATION_FAILED });
    }
  }

  async #prove(challenge: Challenge): Promise<void> {
    try {
      if (!this.#greeting) throw new ProtocolError('the router sent CHALLENGE before this side said HELLO');
      const channelId = (type: ChannelBinding) => this.#transport.channelId?.(type);
      const proof = await proveIdentity(challenge, this.#auth, { hello: this.#greeting, channelId });
      const { signature, extra = {}, verify } = proof;
      this.#advance({ type: 'authenticated', signature, extra, verify });
    } catch (error) {
      this.#advance({ type: 'fail', error: asError(error), reason: ErrorUri.AUTHENTICATION_FAILED });
    }
  }

  #receive(frame: Frame): void {
    if (this.#state.type === 'closed') return;
    this.#receiving = frame.length;
    try {
      const message = this.#read(this.#transport.serializer.split(frame));
      if (isForRoles(message) && isEstablished(this.#state)) this.#dispatch(message);
      else this.#advance({ type: 'received', message });
    } catch (error) {
      this.#advance({ type: 'fail', error: asError(error), reason: ErrorUri.PROTOCOL_VIOLATION });
    }
  }

  #advance(event: SessionEvent): void {
    const before = this.#state;
    const [after, answer] = transition(before, event);
    this.#state = after;
    if (answer) this.#transport.send(encodeClient(answer, this.#transport.serializer));
    if (after === before) return;
    switch (after.type) {
      case 'authenticating':
        void this.#prove(after.challenge);
        break;
      case 'joined':
        this.#joined.resolve();
        break;
      case 'closed':
        if (event.type !== 'lost') this.#transport.close();
        this.#end(after.end);
        break;
    }
  }

  /** To the role that takes it, else to the request that it answers. @throws ProtocolError when there never was one */
  #dispatch(message: RoleMessage): void {
    for (const role of this.#playing) if (role.receive?.(message)) return;
    const { requests } = this.#link;
    // An answer to a request that was given up is ignored.
    if ('request' in message && !requests.settle(message) && !requests.isIssued(message.request)) {
      throw new ProtocolError(`the router answered request ${message.request}, which was never made`);
    }
  }

  /** The one gate for what the roles send. */
  #send(message: ClientMessage): number {
    if (this.#state.type === 'closed') throw errorForEnd(this.#state.end, this.realm);
    if (this.#state.type === 'leaving') throw new SessionClosedError(this.#state.reason);
    if (this.#state.type !== 'joined')
      throw new SessionClosedError(CloseUri.NORMAL, { message: 'it has not joined yet' });
    requireSendable(message);
    const encoded = encodeClient(message, this.#transport.serializer);
    const announced = this.#state.details._max_message_size;
    const { maxSend = Number.POSITIVE_INFINITY } = this.#transport;
    const limit = typeof announced === 'number' ? Math.min(announced, maxSend) : maxSend;
    if (encoded.size > limit) throw new MessageTooLargeError(encoded.size, limit);
    this.#transport.send(encoded);
    return encoded.size;
  }

  /** What a request rejects with that was answered with ERROR. */
  #errorFrom({ error, details, payload }: WampErrorMessage, procedure: Uri | undefined): Error {
    try {
      // Only calls are answered by another client; other requests are the router's own to answer.
      const { args = [], kwargs = {} } =
        procedure === undefined
          ? (payload?.values ?? {})
          : this.interceptors.receive('error', procedure, details, payload, error);
      return new WampError(error, args, kwargs, details);
    } catch (cause) {
      return asError(cause);
    }
  }

  #end(end: SessionEnd): void {
    this.#stopLeaving?.();
    const error = errorForEnd(end, this.realm);
    this.#joined.reject(error);
    this.#link.requests.rejectAll(error);
    for (const role of this.#playing) role.end?.(error);
    this.#ended.resolve(end);
  }
}

/** Joins a realm over an open transport, which then belongs to the session. @throws as `RoleSession.joined` */
export function joinAs<R extends Roles>(
  transport: Transport,
  options: SessionOptions & { readonly signal?: AbortSignal },
  play: (link: Link) => R,
): Promise<RoleSession<R>> {
  const session = new RoleSession(transport, options, play);
  return cancelable(
    options.signal,
    session.joined.then(() => session),
    () => session.abandon(),
  );
}
