import type { Transport } from '@wigwag/core/transport';
import type { Frame } from '@wigwag/core/wire';
import type { Turn } from './turn.js';

/** What one session may have handled in one turn of the event loop, bytes. */
const SHARE = 128 * 2 ** 10;
/** What a message costs of the share beside its bytes: the smallest ones are not free. */
const OVERHEAD = 512;

/**
 * Where a session's frames come in. One that sends without end gets its share of each turn and no more: beyond it the
 * transport is paused and what it has handed over waits here, so that every other session has its turn before.
 */
export class Intake {
  readonly #transport: Transport;
  readonly #turn: Turn;
  readonly #handle: (frame: Frame) => void;
  readonly #waiting: Frame[] = [];
  #number = -1;
  #share = 0;
  #held = false;
  #stopped = false;
  #paused = false;

  constructor(transport: Transport, turn: Turn, handle: (frame: Frame) => void) {
    this.#transport = transport;
    this.#turn = turn;
    this.#handle = handle;
  }

  push(frame: Frame): void {
    if (this.#held) this.#waiting.push(frame);
    else this.#take(frame);
  }

  /** Handles all that waits: the transport has ended, so no more will come. */
  drain(): void {
    for (const frame of this.#waiting.splice(0)) this.#handle(frame);
  }

  /** Stops reading from the peer until `start`; what the transport has read already still comes in. */
  stop(): void {
    this.#stopped = true;
    this.#apply();
  }

  start(): void {
    this.#stopped = false;
    this.#apply();
  }

  #take(frame: Frame): void {
    const { number } = this.#turn;
    if (number !== this.#number) {
      this.#number = number;
      this.#share = SHARE;
    }
    this.#share -= frame.length + OVERHEAD;
    this.#handle(frame);
    if (this.#share <= 0) this.#hold();
  }

  #hold(): void {
    this.#held = true;
    this.#apply();
    this.#turn.next(() => this.#release());
  }

  #release(): void {
    this.#held = false;
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      this.#take(frame);
      if (this.#held) return;
    }
    this.#apply();
  }

  #apply(): void {
    const pause = this.#held || this.#stopped;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#transport.pause();
    else this.#transport.resume();
  }
}
