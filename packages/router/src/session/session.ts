import type { CloseInfo, Transport } from '@wigwag/core/transport';
import type { Cancel, Dict, Encoded, Frame, Id, RouterMessage, Serializer, Uri } from '@wigwag/core/wire';
import { CloseUri, Code, decodeClientMessage, ErrorUri, encode, ProtocolError } from '@wigwag/core/wire';
import type { Verdict } from '../access/authenticator.js';
import { checkPassthru } from '../passthru.js';
import type { AdmissibleMessage, Admission, Admitted, Refusal } from './admission.js';
import { isAdmissible, isRefused } from './admission.js';
import type { SessionHost, SessionRealm } from './host.js';
import type { Identity } from './identity.js';
import type { Carrier } from './inbound.js';
import { Inbound } from './inbound.js';
import type { IntakeOwner } from './intake.js';
import { Intake } from './intake.js';
import { judge } from './judge.js';
import type { Arrival } from './login.js';
import { Login } from './login.js';
import type { Member } from './member.js';
import type { RoutedMessage, SessionEffect, SessionEnd, SessionEvent, SessionState } from './state.js';
import { isRouted, transition } from './state.js';
import { MessageTooLongError } from './too-long.js';
import { refuseUri } from './uris.js';
import { makeWelcome } from './welcome.js';

const nobody: Identity = { authid: '', authrole: '', authmethod: '', authprovider: '' };
/** One for all sessions, and what takes the place of a timer that was stopped: an idle session holds on to little. */
const nothing = (): void => {};

/** The router's half of one session: a transport, the state machine, and the ways in (pipeline) and out (byte cap). */
export class RouterSession implements Member, IntakeOwner, Carrier<RoutedMessage> {
  readonly #transport: Transport;
  readonly #host: SessionHost;
  readonly #intake: Intake;
  /** There once a message was not carried through its stages at once. */
  #inbound: Inbound<RoutedMessage> | undefined;
  #state: SessionState = { type: 'connected' };
  /** Until it has joined. */
  #login: Login | undefined;
  #realm: SessionRealm | undefined;
  #id: Id = 0;
  #identity = nobody;
  #details: Dict = {};
  /** Ends a pause that takes too long; there while the transport is paused. */
  #pauseTimer: (() => void) | undefined;
  /** Of the handshake, then of what lets it in, then of the answer to GOODBYE. */
  #cancelTimer: () => void;

  constructor(transport: Transport, host: SessionHost, arrival: Arrival) {
    this.#transport = transport;
    this.#host = host;
    this.#login = new Login(transport, host, arrival, (method, verdict) => this.#judged(method, verdict));
    this.#intake = new Intake(transport, host, this);
    this.#cancelTimer = host.clock.after(host.limits.handshakeTimeout, () => this.#advance({ type: 'time is up' }));
  }

  /** Starts to take messages; apart from the constructor, so that the router can note the session first. */
  open(): void {
    this.#transport.attach(this.#intake);
  }

  /** 0 before it joined. */
  get id(): Id {
    return this.#id;
  }

  /** `undefined` before it joined. */
  get realm(): Uri | undefined {
    return this.#id === 0 ? undefined : this.#realm?.name;
  }

  get state(): SessionState {
    return this.#state;
  }

  get identity(): Identity {
    return this.#identity;
  }

  get details(): Dict {
    return this.#details;
  }

  get serializer(): Serializer {
    return this.#transport.serializer;
  }

  get maxSend(): number {
    return this.#transport.maxSend ?? Number.POSITIVE_INFINITY;
  }

  get peer(): string {
    return this.#transport.peer;
  }

  get local(): boolean {
    return this.#transport.local === true;
  }

  /** Bytes that wait for the client to read them. */
  get buffered(): number {
    return this.#transport.buffered;
  }

  /** Bytes that wait in its queues, in either direction. */
  get queued(): number {
    return this.#transport.buffered + this.#intake.bytes + (this.#inbound?.bytes ?? 0);
  }

  /** Ends it for the memory that it takes, with all that waits for the client to read it. */
  shed(total: number, cap: number): void {
    this.#advance({ type: 'overflowed', buffered: this.queued, cap, total });
  }

  /** Says GOODBYE (or ABORT, when there is no session yet) and closes once it was answered, or time is up. */
  close(reason: Uri, message?: string): void {
    this.#advance({ type: 'close', reason, message });
  }

  send(message: RouterMessage): void {
    if (this.#state.type === 'joined') this.#transmit(this.#encode(message));
  }

  sendPart(message: RouterMessage): boolean {
    if (this.#state.type !== 'joined') return true;
    return this.#host.outbound.sendPart(this.#transport, this.#encode(message));
  }

  get hasRoom(): boolean {
    return this.#state.type !== 'joined' || this.#host.outbound.hasRoom(this.#transport);
  }

  deliver(event: Encoded): boolean {
    if (this.#state.type !== 'joined') return true;
    if (this.#host.outbound.drops(this.#transport, event)) return false;
    this.#transmit(event);
    return true;
  }

  #transmit(message: Encoded): void {
    const { outbound, limits } = this.#host;
    if (outbound.send(this.#transport, message)) return;
    this.#advance({ type: 'overflowed', buffered: this.#transport.buffered, cap: limits.maxOutbound });
  }

  #encode(message: RouterMessage): Encoded {
    const encoded = encode(message, this.#transport.serializer);
    if (encoded.size > this.maxSend) throw new MessageTooLongError(encoded.size, this.maxSend);
    return encoded;
  }

  /** Less is taken from somebody of whom nothing is known yet. */
  get #maxFrame(): number {
    const { maxMessageSize, maxHelloSize } = this.#host.limits;
    const unknown = this.#state.type === 'connected' || this.#state.type === 'authenticating';
    return unknown ? Math.min(maxHelloSize, maxMessageSize) : maxMessageSize;
  }

  receive(frame: Frame): void {
    if (this.#state.type === 'ended') return;
    const most = this.#maxFrame;
    if (frame.length > most) {
      const message = `a message of ${frame.length} bytes is over the limit of ${most}`;
      this.#advance({ type: 'violated', reason: ErrorUri.PAYLOAD_SIZE_EXCEEDED, message });
      return;
    }
    try {
      const message = decodeClientMessage(this.#transport.serializer.split(frame));
      // What is only routed changes no state: the one way for it, without an event and an effect to describe it.
      if (this.#state.type === 'joined' && isRouted(message)) this.#enqueue(message, frame.length);
      else this.#advance({ type: 'received', message }, frame.length);
    } catch (error) {
      this.#fail(error);
    }
  }

  pressed(message: string): void {
    this.#advance({ type: 'violated', reason: ErrorUri.LIMIT_EXCEEDED, message });
  }

  lost({ code, reason, error }: CloseInfo): void {
    if (error instanceof ProtocolError) this.#fail(error);
    this.#advance({ type: 'lost', code, reason: error && reason === '' ? error.message : reason });
  }

  /** @param size bytes of the message that the event is about */
  #advance(event: SessionEvent, size = 0): void {
    const before = this.#state;
    const [after, effects] = transition(before, event);
    this.#state = after;
    for (const effect of effects) this.#perform(effect, size);
    if (after.type === before.type) return;
    if (after.type === 'closing') this.#startTimer(this.#host.limits.goodbyeTimeout);
    if (after.type === 'ended') {
      this.#cancelTimer();
      this.#login?.end();
      this.#login = undefined;
      this.#host.ended(this, after.end);
    }
  }

  #perform(effect: SessionEffect, size: number): void {
    switch (effect.type) {
      case 'send':
        this.#transport.send(encode(effect.message, this.#transport.serializer));
        break;
      case 'authenticate':
        this.#login?.begin(effect.hello);
        break;
      case 'judge':
        this.#login?.answer(effect);
        break;
      case 'join':
        this.#join(effect);
        break;
      case 'route':
        this.#enqueue(effect.message, size);
        break;
      case 'cancel':
        this.#cancel(effect.message);
        break;
      case 'leave':
        this.#leave(effect.end);
        break;
      case 'hang up':
        this.#transport.close(effect.code);
        break;
      case 'terminate':
        this.#transport.terminate();
    }
  }

  #judged(method: string, verdict: Verdict): void {
    try {
      this.#advance({ type: 'judged', method, verdict });
    } catch (error) {
      // Such as a challenge that this session's serializer cannot carry.
      this.#fail(error);
    }
  }

  #join({ hello, identity, extra, lifetime }: Extract<SessionEffect, { type: 'join' }>): void {
    const { realm, reserved } = this.#login ?? {};
    if (!realm) return;
    this.#cancelTimer();
    this.#cancelTimer = nothing;
    this.#login = undefined;
    this.#realm = realm;
    this.#identity = identity;
    this.#details = this.#host.sharedRoles.in(hello.details);
    const { roles, limits } = this.#host;
    const pace = this.#host.paceOf(identity.authrole);
    if (pace) this.#intake.hold(pace);
    this.#id = realm.enter(this, reserved);
    const announced = { roles, maxMessageSize: limits.maxMessageSize, pace: pace ?? limits };
    this.send(makeWelcome(this.#id, realm.name, identity, announced, extra));
    realm.joined(this);
    if (lifetime === undefined || this.#state.type !== 'joined') return;
    this.#cancelTimer = this.#host.clock.after(lifetime, () =>
      this.close(CloseUri.EXPIRED, 'what this session was let in by has expired: log in anew'),
    );
  }

  #leave(end: SessionEnd): void {
    this.#intake.unbind();
    for (const message of this.#inbound?.close() ?? []) {
      this.#refuse(message, { uri: ErrorUri.CANCELED, message: 'the session ended before its turn came' });
    }
    this.drained();
    this.#realm?.leave(this, end);
  }

  #enqueue(message: RoutedMessage, size: number): void {
    const inbound = this.#inbound;
    if (!inbound) {
      this.#carryFirst(message);
      return;
    }
    inbound.push(message, size);
    const { clock, limits, pressure } = this.#host;
    if (inbound.bytes > 0) pressure.add(size);
    if (inbound.bytes <= limits.maxInbound || this.#pauseTimer) return;
    this.#intake.stop();
    this.#pauseTimer = clock.after(limits.maxPause, () => {
      this.close(ErrorUri.UNAVAILABLE, 'the router could not keep up with what this session sent');
    });
  }

  /** Nothing waits for it, and nothing has before. */
  #carryFirst(message: RoutedMessage): void {
    const pending = this.carry(message);
    if (!pending || this.#state.type !== 'joined') return;
    this.#inbound ??= new Inbound(this, this.#host.turn);
    this.#inbound.wait(message, pending);
  }

  drained(): void {
    if (!this.#pauseTimer) return;
    this.#pauseTimer();
    this.#pauseTimer = undefined;
    this.#intake.start();
  }

  /** The stages of the pipeline, one after the other; synchronous as long as they are. */
  carry(message: RoutedMessage): void | Promise<void> {
    const refusal = refuseUri(message, this.#host.limits.uris);
    if (refusal) return this.#refuse(message, refusal);
    if (!isAdmissible(message)) return this.#route(message);

    const answer = judge(this.#host.admit, this, message, this.#host.report);
    if (answer instanceof Promise) return this.#concludeLater(message, answer);
    this.#conclude(message, answer);
  }

  #concludeLater(message: AdmissibleMessage, answer: Promise<Admission>): Promise<void> {
    return answer.then((settled) => this.#conclude(message, settled));
  }

  #conclude(message: AdmissibleMessage, answer: Admission): void {
    if (this.#state.type !== 'joined' || this.#inbound?.isWithdrawn(message)) return;
    if (isRefused(answer)) this.#refuse(message, answer);
    else this.#route(answer?.disclosure ? { ...message, disclosure: answer.disclosure } : message);
  }

  /** CANCEL overtakes what waits; the CALL it is for may be among that, or more of a call that was routed. */
  #cancel(cancel: Cancel): void {
    try {
      if (this.#realm?.cancel(this, cancel)) return;
    } catch (error) {
      this.#fail(error);
    }
    // It may be far behind, and is looked for again with each CANCEL.
    const inbound = this.#inbound;
    if (!inbound) return;
    this.#intake.charge(inbound.length);
    const call = inbound.withdraw((each) => each.code === Code.CALL && each.request === cancel.request);
    if (call) this.#refuse(call, { uri: ErrorUri.CANCELED, message: 'canceled before it was routed' });
  }

  #route(message: Admitted<RoutedMessage>): void {
    try {
      checkPassthru(this.#details, message);
      const realm = this.#realm;
      if (!realm) return;
      const before = realm.effort;
      realm.route(this, message);
      this.#intake.charge(realm.effort - before);
    } catch (error) {
      this.#fail(error);
    }
  }

  #refuse(message: RoutedMessage, refusal: Refusal): void {
    try {
      this.#realm?.refuse(this, message, refusal);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends the session: the client broke the protocol, or else the router has a bug, which is reported. */
  #fail(error: unknown): void {
    if (error instanceof ProtocolError) {
      this.#advance({ type: 'violated', reason: error.uri, message: error.message });
      return;
    }
    if (error instanceof MessageTooLongError) {
      this.#advance({ type: 'violated', reason: error.uri, message: error.message });
      return;
    }
    this.#host.report(error, 'session');
    const message = 'the router failed to handle a message; its log says why';
    this.#advance({ type: 'violated', reason: ErrorUri.RUNTIME_ERROR, message });
  }

  #startTimer(milliseconds: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#host.clock.after(milliseconds, () => this.#advance({ type: 'time is up' }));
  }
}
