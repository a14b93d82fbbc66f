import { EventEmitter } from 'eventemitter3';
import { isThenable } from '../session/thenable.js';

/**
 * Typed events whose listeners cannot hurt one another: what one throws, or rejects with, is reported, and the others
 * are told all the same.
 * @typeParam Events the name of each event, and what its listeners are handed
 */
export abstract class Emitter<Events extends object> {
  readonly #emitter = new EventEmitter();

  /** Calls `listener` each time. */
  on<Name extends keyof Events & string>(event: Name, listener: (told: Events[Name]) => unknown): this {
    this.#emitter.on(event, listener);
    return this;
  }

  /** Calls `listener` the next time, and then no more. */
  once<Name extends keyof Events & string>(event: Name, listener: (told: Events[Name]) => unknown): this {
    this.#emitter.once(event, listener);
    return this;
  }

  /** Undoes `on` and `once`. */
  off<Name extends keyof Events & string>(event: Name, listener: (told: Events[Name]) => unknown): this {
    this.#emitter.off(event, listener);
    return this;
  }

  /** Told of what a listener throws. */
  protected abstract listenerFailed(event: string, error: unknown): void;

  /** @returns whether anybody listens */
  protected tell<Name extends keyof Events & string>(event: Name, told: Events[Name]): boolean {
    const listeners = this.#emitter.listeners(event);
    const failed = (error: unknown) => this.listenerFailed(event, error);
    for (const listener of listeners) {
      // Takes it away if, and only if, it is to be called once.
      this.#emitter.off(event, listener, undefined, true);
      try {
        const done: unknown = listener(told);
        if (isThenable(done)) done.then(undefined, failed);
      } catch (error) {
        failed(error);
      }
    }
    return listeners.length > 0;
  }
}
