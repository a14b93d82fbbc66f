import { json } from '../../src/serializer/json.js';
import type { SessionOptions } from '../../src/session/index.js';
import { Session } from '../../src/session/index.js';
import type { CloseInfo, Transport } from '../../src/transport/index.js';
import { linkedPair } from '../../src/transport/index.js';
import type { ClientMessage, Dict, RouterMessage } from '../../src/wire/index.js';
import { Code, decodeClientMessage, encode, roles } from '../../src/wire/index.js';

/** What a router that can do everything announces. */
export const everything = {
  roles: roles({
    broker: [
      'pattern_based_subscription',
      'event_retention',
      'subscriber_blackwhite_listing',
      'publisher_exclusion',
      'publisher_identification',
      'sharded_subscription',
    ],
    dealer: [
      'call_canceling',
      'pattern_based_registration',
      'shared_registration',
      'caller_identification',
      'sharded_registration',
    ],
  }),
};

/** The router's end of a transport, played by a test: says what it is told to, and hands out what it receives. */
export class ScriptedRouter {
  readonly closed: Promise<CloseInfo>;
  readonly #transport: Transport;
  readonly #inbox: ClientMessage[] = [];
  #wake: () => void = () => {};
  #ended = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.closed = new Promise((resolve) => {
      transport.attach({
        message: (frame) => {
          this.#inbox.push(decodeClientMessage(transport.serializer.split(frame)));
          this.#wake();
        },
        close: (info) => {
          this.#ended = true;
          this.#wake();
          resolve(info);
        },
      });
    });
  }

  /** The next message, which must have this code. */
  async expect<C extends ClientMessage['code']>(code: C): Promise<Extract<ClientMessage, { readonly code: C }>> {
    while (this.#inbox.length === 0) {
      if (this.#ended) throw new Error(`waited for message ${code}, and the connection ended`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const message = this.#inbox.shift();
    if (!message || !hasCode(message, code))
      throw new Error(`expected message ${code}, got ${JSON.stringify(message)}`);
    return message;
  }

  /** How many messages arrived that no `expect` has taken. */
  get unread(): number {
    return this.#inbox.length;
  }

  send(message: RouterMessage): void {
    this.#transport.send(encode(message, this.#transport.serializer));
  }

  /** Answers HELLO. */
  async welcome(details: Dict = everything): Promise<void> {
    await this.expect(Code.HELLO);
    this.send({ code: Code.WELCOME, session: 4711, details });
  }

  drop(): void {
    this.#transport.terminate();
  }
}

function hasCode<C extends ClientMessage['code']>(
  message: ClientMessage,
  code: C,
): message is Extract<ClientMessage, { readonly code: C }> {
  return message.code === code;
}

/** A session that has joined, and the router it has joined. */
export async function joined(
  options: Partial<SessionOptions> = {},
  details: Dict = everything,
): Promise<{ readonly session: Session; readonly router: ScriptedRouter }> {
  const [near, far] = linkedPair(json());
  const session = new Session(near, { realm: 'realm1', ...options });
  const router = new ScriptedRouter(far);
  await router.welcome(details);
  await session.joined;
  return { session, router };
}

/** Until all that is under way between two linked ends has arrived: each hop is a microtask. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
