import type { CloseInfo, Transport, TransportOwner } from '@wigwag/core/transport';
import type { Frame } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import { Fifo } from './fifo.js';
import type { PaceLimits } from './pace.js';
import { Pace } from './pace.js';
import type { Pressure } from './pressure.js';
import type { Turn } from './turn.js';

/**
 * What one session may have handled in one turn of the event loop, of which a byte costs 1: four messages of 64 KiB are one
 * turn's, and so one write for each who is sent them. Whole numbers, for which a session needs no memory of their own.
 */
const SHARE = 256 * 2 ** 10;
/** What a message costs beside its bytes: the smallest ones are not free. */
const OVERHEAD = 1024;
/** What it costs for each receiver: a share is good for as many as one turn can serve without a noticeable wait. */
const PER_RECEIVER = 32;

/** Messages that came together, as far as they are not taken yet. */
interface Batch {
  readonly messages: IterableIterator<Frame>;
  /** Of all of it, which is held as long as one message is left. */
  readonly bytes: number;
}

/** What an intake needs of its router. */
export interface IntakeHost {
  readonly turn: Turn;
  readonly clock: Clock;
  readonly limits: PaceLimits;
  readonly pressure: Pressure;
}

/** Whom an intake hands on to. An object and no functions, for there is one of them for each session. */
export interface IntakeOwner {
  receive(frame: Frame): void;
  /** The session has been over its rates for too long. @param message why */
  pressed(message: string): void;
  /** The transport has ended, or the peer broke its rules, and all that had come is handled. */
  lost(info: CloseInfo): void;
}

/**
 * Where a session's frames come in. One that sends without end gets its share of each turn and no more: beyond it the
 * transport is paused and what it has handed over waits here, so that every other session has its turn before. So it
 * does while the session is faster than its rates allow.
 */
export class Intake implements TransportOwner {
  readonly #transport: Transport;
  readonly #host: IntakeHost;
  #pace: Pace | undefined;
  /** Ends the wait for the rates; there while the session is held to them. */
  #stopWaiting: (() => void) | undefined;
  readonly #owner: IntakeOwner;
  /** There once something had to wait. */
  #waiting: Fifo<Frame | Batch> | undefined;
  /** What was begun to be taken comes before what waits. */
  #begun: Batch | undefined;
  #bytes = 0;
  #number = -1;
  #share = 0;
  /** How the transport ended, while something waits; what comes behind that is not looked at. */
  #end: CloseInfo | undefined;
  #held = false;
  #stopped = false;
  #paused = false;

  constructor(transport: Transport, host: IntakeHost, owner: IntakeOwner) {
    this.#transport = transport;
    this.#host = host;
    this.#pace = Pace.of(host.limits, host.clock.now());
    this.#owner = owner;
  }

  /** Holds the session to other rates from its next message on. */
  hold(limits: PaceLimits): void {
    this.#pace = Pace.of(limits, this.#host.clock.now());
  }

  message(frame: Frame): void {
    if (this.#end) return;
    if (!this.#waits) {
      this.#take(frame);
      return;
    }
    this.#wait(frame, frame.length);
  }

  batch(messages: IterableIterator<Frame>, bytes: number): void {
    if (this.#end) return;
    const batch = { messages, bytes };
    if (this.#waits) {
      this.#wait(batch, bytes);
      return;
    }
    this.#begun = batch;
    this.#bytes += bytes;
    this.#takeWaiting();
    if (this.#begun) this.#host.pressure.add(bytes);
  }

  /**
   * Takes account of what was handled: a message, or what is none and was dealt with already, such as a PING, which takes
   * time all the same.
   */
  control(bytes: number): void {
    this.#use(bytes + OVERHEAD);
    const verdict = this.#pace?.after(bytes, this.#host.clock.now());
    if (verdict?.type === 'over') this.#owner.pressed(verdict.message);
    else if (this.#held) return;
    else if (verdict?.type === 'wait') {
      this.#pause();
      this.#pauseFor(verdict.milliseconds);
    } else this.#hold();
  }

  /** Takes account of what one message was to carry out. @param effort as in `Effort`: receivers, or what takes as long */
  charge(effort: number): void {
    if (effort === 0) return;
    this.#use(effort * PER_RECEIVER);
    this.#hold();
  }

  /** What waits: bytes, or characters of text. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The transport has ended, so no more will come; what waits is handled before the owner hears of it. While this is
   * stopped it goes with the session instead, as does what the session itself has waiting.
   */
  close(info: CloseInfo): void {
    this.unbind();
    const isEmpty = !this.#begun && !this.#waiting?.length;
    if (isEmpty || this.#stopped) this.#owner.lost(info);
    else this.#end ??= info;
  }

  /** What came before counts all the same. */
  violated(info: CloseInfo): void {
    this.close(info);
  }

  /** Holds the session to its rates no longer: it is over, but for the answer to the router's GOODBYE. */
  unbind(): void {
    this.#pace = undefined;
    if (!this.#stopWaiting) return;
    this.#stopWaiting();
    this.#stopWaiting = undefined;
    this.#host.turn.next(() => this.#release());
  }

  /** Hands on nothing more until `start`: the peer is left unread, and what has been read waits as the bytes that it is. */
  stop(): void {
    this.#stopped = true;
    this.#apply();
  }

  start(): void {
    this.#stopped = false;
    if (!this.#held) this.#goOn();
  }

  /** Whether what comes has to wait. */
  get #waits(): boolean {
    return this.#held || this.#stopped;
  }

  #wait(what: Frame | Batch, bytes: number): void {
    this.#waiting ??= new Fifo();
    this.#waiting.push(what);
    this.#bytes += bytes;
    this.#host.pressure.add(bytes);
  }

  /** Takes what waits, in order, until the share is used up, the session has to be held to its rates, or is stopped. */
  #takeWaiting(): void {
    while (!this.#waits) {
      const frame = this.#next();
      if (frame === undefined) return;
      this.#take(frame);
    }
  }

  #next(): Frame | undefined {
    for (;;) {
      const message = this.#begun?.messages.next();
      if (message && !message.done) return message.value;
      this.#bytes -= this.#begun?.bytes ?? 0;
      this.#begun = undefined;
      const next = this.#waiting?.shift();
      if (next === undefined) return undefined;
      if (typeof next !== 'string' && 'messages' in next) this.#begun = next;
      else {
        this.#bytes -= next.length;
        return next;
      }
    }
  }

  #take(frame: Frame): void {
    this.#owner.receive(frame);
    this.control(frame.length);
  }

  #use(amount: number): void {
    const { number } = this.#host.turn;
    if (number !== this.#number) {
      this.#number = number;
      this.#share = SHARE;
    }
    this.#share -= amount;
  }

  /** Gives the others their turn when the share is used up. */
  #hold(): void {
    if (this.#held || this.#share > 0) return;
    this.#pause();
    this.#host.turn.next(() => this.#release());
  }

  #pause(): void {
    this.#held = true;
    this.#apply();
  }

  #pauseFor(milliseconds: number): void {
    this.#stopWaiting = this.#host.clock.after(milliseconds, () => this.#release());
  }

  #release(): void {
    // What came meanwhile and could not be held back has to be made up for too; clocks are a little off.
    const due = this.#pace?.due(this.#host.clock.now()) ?? 0;
    if (due >= 1) {
      this.#pauseFor(due);
      return;
    }
    this.#held = false;
    this.#stopWaiting = undefined;
    this.#goOn();
  }

  /** Takes what waits; then it is read on, or the owner told that there is no more. */
  #goOn(): void {
    this.#takeWaiting();
    if (this.#held) return;
    this.#apply();
    const end = this.#end;
    this.#end = undefined;
    if (end) this.#owner.lost(end);
  }

  #apply(): void {
    const pause = this.#held || this.#stopped;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#transport.pause();
    else this.#transport.resume();
  }
}
