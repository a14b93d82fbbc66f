import { json } from '../../src/serializer/json.js';
import type { Connector } from '../../src/transport/index.js';
import { ConnectError, linkedPair } from '../../src/transport/index.js';
import { ScriptedRouter } from './scripted-router.js';

/** Where a client connects to: nothing listens until a test says so, and each connection is a scripted router. */
export class RouterFarm {
  listening = true;
  attempts = 0;
  readonly #arrived: ScriptedRouter[] = [];
  #wake: () => void = () => {};

  readonly connector: Connector = async (signal) => {
    this.attempts++;
    signal.throwIfAborted();
    if (!this.listening) throw new ConnectError('nothing listens');
    const [near, far] = linkedPair(json());
    this.#arrived.push(new ScriptedRouter(far));
    this.#wake();
    return near;
  };

  /** The router's end of the next connection. */
  async next(): Promise<ScriptedRouter> {
    for (;;) {
      const router = this.#arrived.shift();
      if (router) return router;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
