import { cbor } from '@wigwag/core/serializer/cbor';
import { jsonSlices } from '@wigwag/core/serializer/json-slices';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import type { Session } from '@wigwag/core/session';
import { joinSession } from '@wigwag/core/session';
import type { Transport } from '@wigwag/core/transport';
import { defaultHeartbeat, linkedPair } from '@wigwag/core/transport';
import type { Serializer, Uri } from '@wigwag/core/wire';
import { CloseUri, ErrorUri, isUri } from '@wigwag/core/wire';
import { EventEmitter } from 'eventemitter3';
import { anonymous } from './access/anonymous.js';
import { defaultAuthorization } from './access/authorization/default.js';
import { chooseAuthenticator } from './access/choose.js';
import { ProcedureCaller } from './access/procedure-caller.js';
import { systemClock } from './clock.js';
import { memoryFabric } from './fabric/memory.js';
import { Addresses } from './listen/addresses.js';
import type { ListenOptions } from './listen/listen.js';
import { listen } from './listen/listen.js';
import type { Listener, ListenerContext } from './listen/listener.js';
import type { Emit, RouterEvents } from './observe/events.js';
import type { RouterStats } from './observe/stats.js';
import { total } from './observe/stats.js';
import type { RouterOptions } from './options.js';
import { limitsFrom } from './options.js';
import { checkPassthru } from './passthru.js';
import { Realm } from './realm.js';
import type { Refusal, Stage } from './session/admission.js';
import { both } from './session/admission.js';
import type { SessionHost } from './session/host.js';
import type { Identity } from './session/identity.js';
import { judge } from './session/judge.js';
import type { Arrival } from './session/login.js';
import type { Member } from './session/member.js';
import { Outbound } from './session/outbound.js';
import { Pressure } from './session/pressure.js';
import { RouterSession } from './session/session.js';
import { SharedRoles } from './session/shared-roles.js';
import type { SessionEnd } from './session/state.js';
import { Turn } from './session/turn.js';
import { refuseUri } from './session/uris.js';
import { Verifications } from './session/verifications.js';
import { routerRoles } from './session/welcome.js';
import { requireActor, requireRouterOptions, requireTransport } from './settings.js';
import { memoryHistory } from './store/memory.js';
import { readRules } from './store/rules.js';

/** Whom the router's own sessions act as. It is known by this very object: whoever else is called so is somebody else. */
const ownIdentity: Identity = {
  authid: 'router',
  authrole: 'router',
  authmethod: 'internal',
  authprovider: 'internal',
};

/** The serializers that a router speaks when it is told nothing else. */
function defaultSerializers(maxDepth: number): Serializer[] {
  return [jsonSlices({ maxDepth }), cbor({ maxDepth }), msgpack({ maxDepth })];
}

/**
 * A WAMP router: realms, the sessions in them, and the listeners that sessions come through. It is its own event
 * emitter; see `RouterEvents` for what it tells.
 */
export class Router extends EventEmitter<RouterEvents> {
  readonly #realms = new Map<Uri, Realm>();
  /** Every open connection, joined or not. */
  readonly #sessions = new Map<Member, RouterSession>();
  readonly #listeners = new Set<Listener>();
  readonly #host: SessionHost;
  readonly #listenerContext: ListenerContext;
  #refusedSessions = 0;
  #refusedConnections = 0;
  #violations = 0;
  #closing: Promise<void> | undefined;
  #whenEmpty: (() => void) | undefined;

  /**
   * @throws TypeError that names an option which is mistaken, or is none at all; for a realm whose name is no URI, and for
   *   a history rule that is none
   */
  constructor(options: RouterOptions = {}) {
    super();
    requireRouterOptions(options);
    const { realms = ['realm1'], fabric = memoryFabric(), clock = systemClock, random = Math.random } = options;
    const { authenticators = [anonymous()], uris: rule = 'loose' } = options;
    const limits = limitsFrom(options.limits);
    const { serializers = defaultSerializers(limits.maxDepth) } = options;
    const paces = new Map(Object.entries(options.rates ?? {}).map(([role, rates]) => [role, { ...limits, ...rates }]));
    const publishing = {
      disclosure: options.disclosure?.publishers ?? 'allow',
      trustLevel: options.trustLevels?.publishers,
    };
    const calling = { disclosure: options.disclosure?.callers ?? 'allow', trustLevel: options.trustLevels?.callers };
    const history = { rules: readRules(options.history ?? []), store: options.historyStore ?? memoryHistory() };
    const { authorization = defaultAuthorization(options.authenticators === undefined) } = options;
    const { reflection = true } = options;
    const report = (error: unknown, where: string) => this.#report(error, where);
    const uriLimits = { rule, maxLength: limits.maxUriLength, maxComponents: limits.maxWildcardComponents };
    const { call } = new ProcedureCaller((name) => this.#own(name), limits.handshakeTimeout);
    const port = options.admit ? both(authorization, options.admit) : authorization;
    // What the router itself asks of the application is not for the application to judge.
    const admit: Stage = (member, message) =>
      member.identity === ownIdentity ? undefined : port(member, message, call);
    const stages: Stage = (member, message) => {
      checkPassthru(member.details, message);
      return refuseUri(message, uriLimits) ?? judge(admit, member, message, report);
    };
    for (const name of realms) {
      if (!isUri(name)) throw new TypeError(`${JSON.stringify(name)} is no realm: a realm is a URI, such as realm1`);
      const policies = { publishing, calling, history, reflection, admit: stages };
      const context = { fabric, emit: this.#tell, clock, random, limits, ...policies, report };
      if (!this.#realms.has(name)) this.#realms.set(name, new Realm(name, context));
    }
    const pressure = new Pressure(limits.maxQueuedTotal, () => this.#sessions.values());
    this.#host = {
      limits: { ...limits, uris: uriLimits },
      roles: routerRoles({ history: history.rules.length > 0, reflection }),
      sharedRoles: new SharedRoles(),
      clock,
      turn: new Turn(),
      outbound: new Outbound(limits, options.onOverflow ?? 'disconnect', pressure),
      admit,
      pressure,
      paceOf: (authrole) => paces.get(authrole),
      verifications: new Verifications(limits.maxVerifications, limits.handshakeTimeout, clock),
      callProcedure: call,
      realm: (name) => this.#realmFor(name),
      authenticator: (details) => chooseAuthenticator(details, authenticators),
      ended: (session, end) => this.#ended(session, end),
      report,
    };
    this.#listenerContext = {
      serializers,
      maxMessageSize: limits.maxMessageSize,
      handshakeTimeout: limits.handshakeTimeout,
      closeTimeout: limits.goodbyeTimeout,
      heartbeat: { ...defaultHeartbeat, ...options.heartbeat },
      clock,
      addresses: new Addresses(limits.maxConnectionsPerAddress),
      attach: (transport, facts) => this.attach(transport, { facts }),
      reloaded: (url) => this.#tell('listener:reloaded', url),
      refused: (peer, reason) => {
        this.#refusedConnections++;
        this.#tell('connection:refused', peer, reason);
      },
      report,
    };
  }

  /** Accepts WebSocket connections, on a port of its own or on an HTTP server of yours, or RawSocket ones. @throws ListenError */
  async listen(options: ListenOptions = {}): Promise<Listener> {
    if (this.#closing) throw new Error('this router is closed: make a new one');
    const up = await listen(options, this.#listenerContext);
    const listener: Listener = {
      get url() {
        return up.url;
      },
      reload: (certificates) => up.reload(certificates),
      close: async () => {
        if (!this.#listeners.delete(listener)) return;
        await up.close();
        this.#tell('listener:down', up.url);
      },
    };
    this.#listeners.add(listener);
    this.#tell('listener:up', up.url);
    return listener;
  }

  /** Makes a session of a connection, whatever carries it. @throws TypeError for what is no transport */
  attach(transport: Transport, arrival: Arrival = {}): void {
    requireTransport(transport);
    const session = new RouterSession(transport, this.#host, arrival);
    this.#sessions.set(session, session);
    session.open();
    if (this.#closing) session.close(CloseUri.SYSTEM_SHUTDOWN, 'this router is shutting down');
  }

  /**
   * A session in this process, which acts with the identity that it is given and needs no credentials. It is bound by
   * the same limits as any other: what it leaves unread is counted.
   * @throws JoinRefusedError for a realm that this router does not serve; TypeError for an identity that is none
   */
  async session(realm: Uri, who: { readonly authid: string; readonly authrole: string }): Promise<Session> {
    requireActor(who);
    const { authid, authrole } = who;
    return this.#open(realm, { authid, authrole, authmethod: 'internal', authprovider: 'internal' });
  }

  /** What there is at this moment, and what has happened since the start. */
  stats(): RouterStats {
    const queued = new Map<Uri | undefined, number>();
    for (const session of this.#sessions.values()) {
      queued.set(session.realm, (queued.get(session.realm) ?? 0) + session.buffered);
    }
    const realms = [...this.#realms].map(([name, realm]) => [name, realm.stats(queued.get(name) ?? 0)] as const);
    return {
      ...total(realms.map(([, stats]) => stats)),
      connections: this.#sessions.size,
      refusedSessions: this.#refusedSessions,
      refusedConnections: this.#refusedConnections,
      violations: this.#violations,
      realms: Object.fromEntries(realms),
    };
  }

  /**
   * Stops: takes no more connections, says GOODBYE `wamp.close.system_shutdown` to every session, waits for their
   * answers no longer than `goodbyeTimeout`, and closes what is left. Resolves when nothing is open any more.
   */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    // Not awaited yet: a port is free only when its connections are gone.
    const down = [...this.#listeners].map((listener) => listener.close());
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    for (const session of [...this.#sessions.values()]) {
      session.close(CloseUri.SYSTEM_SHUTDOWN, 'this router is shutting down');
    }
    if (this.#sessions.size > 0) await empty;
    await Promise.all(down);
    for (const realm of this.#realms.values()) realm.close();
  }

  /** A session for what the router itself asks of the application. */
  #own(realm: Uri): Promise<Session> {
    return this.#open(realm, ownIdentity);
  }

  #open(realm: Uri, identity: Identity): Promise<Session> {
    const [near, far] = linkedPair(jsonSlices(), { peer: 'this process', schedule: (run) => void setImmediate(run) });
    this.attach(far, { identity });
    return joinSession(near, { realm });
  }

  #realmFor(name: Uri | null): Realm | Refusal {
    const realm = name === null ? undefined : this.#realms.get(name);
    if (realm) return realm;
    // Not which realms there are: that is for those who have been let in to know.
    const message = name === null ? 'HELLO names no realm' : `there is no realm ${JSON.stringify(name)} here`;
    return { uri: ErrorUri.NO_SUCH_REALM, message };
  }

  #ended(member: Member, end: SessionEnd): void {
    const session = this.#sessions.get(member);
    if (!session) return;
    this.#sessions.delete(member);
    if (end.type === 'refused') {
      this.#refusedSessions++;
      this.#tell('session:refused', session.peer, { uri: end.reason, message: end.message });
    }
    if (end.type === 'violation') {
      this.#violations++;
      const info = session.realm === undefined ? undefined : this.#realms.get(session.realm)?.info(session);
      this.#tell('protocol:violation', session.peer, info, { uri: end.reason, message: end.message });
    }
    if (this.#sessions.size === 0) this.#whenEmpty?.();
  }

  /** An observer that throws must not stop what it observes. */
  readonly #tell: Emit = (name, ...details) => {
    try {
      return this.emit(name, ...details);
    } catch (error) {
      this.#report(error, `handler of ${name}`);
      return true;
    }
  };

  #report(error: unknown, where: string): void {
    if (this.listenerCount('error') === 0) console.error(`wigwag router, ${where}:`, error);
    else {
      try {
        this.emit('error', error, where);
      } catch (worse) {
        console.error('wigwag router, handler of error:', worse);
      }
    }
  }
}
