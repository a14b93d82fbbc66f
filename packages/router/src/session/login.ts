import type { Transport } from '@wigwag/core/transport';
import type { Hello, Id } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Verdict } from '../access/authenticator.js';
import type { ConnectionFacts } from '../access/facts.js';
import { noFacts } from '../access/facts.js';
import type { Connection } from './handshake.js';
import { handshake } from './handshake.js';
import type { SessionHost, SessionRealm } from './host.js';
import type { Identity } from './identity.js';
import type { SessionEffect } from './state.js';

/** How a connection comes to its session. */
export interface Arrival {
  /** Whom the session acts as; without one the client has to authenticate. */
  readonly identity?: Identity;
  /** What a listener knows of the connection, for methods that log in by it. Default: nothing. */
  readonly facts?: ConnectionFacts;
}

const nothing = (): void => {};

/** What a session needs until it has joined, and not after: who its client says that it is, and the verdict on that. */
export class Login {
  readonly #transport: Transport;
  readonly #host: SessionHost;
  readonly #given: Identity | undefined;
  readonly #facts: ConnectionFacts;
  readonly #tell: (method: string, verdict: Verdict) => void;
  #realm: SessionRealm | undefined;
  #reserved: Id | undefined;
  /** Stops the wait of one who was refused. */
  #cancelRefusal = nothing;
  /** Takes it out of the queue of those who wait to be judged. */
  #leaveQueue = nothing;
  #over = false;

  /** @param tell told of each verdict, but of one that refuses only when `refusalDelay` has passed */
  constructor(
    transport: Transport,
    host: SessionHost,
    { identity, facts = noFacts }: Arrival,
    tell: (method: string, verdict: Verdict) => void,
  ) {
    this.#transport = transport;
    this.#host = host;
    this.#given = identity;
    this.#facts = facts;
    this.#tell = tell;
  }

  /** Where the session will be; `undefined` before HELLO, and where there is no such realm. */
  get realm(): SessionRealm | undefined {
    return this.#realm;
  }

  /** The id that its challenge names. */
  get reserved(): Id | undefined {
    return this.#reserved;
  }

  begin(hello: Hello): void {
    const { realm, method, begin } = handshake(hello, this.#connection(), this.#given, this.#host);
    this.#realm = realm;
    this.#judge(method, begin);
  }

  answer({ challenge, method, signature, extra }: Extract<SessionEffect, { type: 'judge' }>): void {
    this.#judge(method, () => challenge.answer(signature, extra));
  }

  /** The session ended without having joined. */
  end(): void {
    this.#over = true;
    this.#cancelRefusal();
    this.#leaveQueue();
    if (this.#reserved !== undefined) this.#realm?.release(this.#reserved);
  }

  #connection(): Connection {
    const { peer } = this.#transport;
    return {
      peer,
      channelId: (type) => this.#transport.channelId?.(type),
      ...this.#facts,
      sessionId: (realm) => {
        this.#reserved ??= realm.reserve();
        return this.#reserved;
      },
    };
  }

  #judge(method: string, decide: () => Verdict | Promise<Verdict>): void {
    const { clock, limits } = this.#host;
    const conclude = (verdict: Verdict) => {
      if (this.#over) return;
      if (verdict.type !== 'refused' || limits.refusalDelay === 0) this.#tell(method, verdict);
      else this.#cancelRefusal = clock.after(limits.refusalDelay, () => this.#tell(method, verdict));
    };
    const failed = (error: unknown): Verdict => {
      this.#host.report(error, `authenticator ${method}`);
      const message = 'the router could not authenticate this session; its log says why';
      return { type: 'refused', reason: ErrorUri.AUTHENTICATION_FAILED, message };
    };
    const leaveQueue = this.#host.verifications.enter((release) => {
      this.#leaveQueue = nothing;
      let verdict: Verdict | Promise<Verdict>;
      try {
        verdict = decide();
      } catch (error) {
        verdict = failed(error);
      }
      if (verdict instanceof Promise) verdict.catch(failed).finally(release).then(conclude);
      else {
        release();
        conclude(verdict);
      }
    });
    this.#leaveQueue = leaveQueue ?? nothing;
  }
}
