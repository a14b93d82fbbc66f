import type { CloseInfo, Transport } from '@wigwag/core/transport';
import type { Frame } from '@wigwag/core/wire';
import { CloseUri, Code, Encoded } from '@wigwag/core/wire';

/** A WAMP message as its raw list. */
export type Message = readonly unknown[];

interface Waiter {
  readonly wanted: (message: Message) => boolean;
  readonly resolve: (message: Message) => void;
  readonly reject: (error: Error) => void;
}

/** A client that says exactly what a test tells it to, and hands out what it hears, as raw lists. */
export class Peer {
  /** Everything heard, in order. */
  readonly heard: Message[] = [];
  /** How the connection ended. */
  readonly closed: Promise<CloseInfo>;
  isClosed = false;
  /** Whether it answers GOODBYE, as clients do. */
  polite = true;
  readonly #transport: Transport;
  readonly #unread: Message[] = [];
  readonly #waiters: Waiter[] = [];
  #requests = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.closed = new Promise((resolve) => {
      transport.attach({
        message: (frame) => this.#hear(frame),
        close: (info) => {
          this.isClosed = true;
          for (const { reject } of this.#waiters.splice(0)) reject(new Error(`closed: ${info.code} ${info.reason}`));
          resolve(info);
        },
      });
    });
  }

  get transport(): Transport {
    return this.#transport;
  }

  /** Says any list, well formed or not. */
  say(...message: Message): void {
    this.raw(this.#transport.serializer.join(message, undefined));
  }

  /** Sends any frame. */
  raw(frame: Frame, binary = this.#transport.serializer.binary): void {
    this.#transport.send(new Encoded(frame, binary));
  }

  /** Takes the first message not taken yet, of this type if one is named; waits for it. */
  next(code?: number): Promise<Message> {
    return this.#take((message) => code === undefined || message[0] === code);
  }

  /** Joins; returns WELCOME. */
  async join(realm = 'realm1', details: Record<string, unknown> = allRoles): Promise<Message> {
    this.say(Code.HELLO, realm, details);
    return this.next(Code.WELCOME);
  }

  /** A request with the next id; returns its answer, which may be ERROR. */
  async ask(code: number, ...rest: Message): Promise<Message> {
    const request = ++this.#requests;
    this.say(code, request, ...rest);
    return this.#take(
      (message) =>
        (answers.has(message[0]) && message[1] === request) || (message[0] === Code.ERROR && message[2] === request),
    );
  }

  async subscribe(topic: string, options: Record<string, unknown> = {}): Promise<number> {
    return idIn(await this.ask(Code.SUBSCRIBE, options, topic));
  }

  async register(procedure: string, options: Record<string, unknown> = {}): Promise<number> {
    return idIn(await this.ask(Code.REGISTER, options, procedure));
  }

  /** Resolves when the router has handled what was said before, and what it sent until then was heard. */
  async settled(): Promise<void> {
    await this.ask(Code.UNSUBSCRIBE, NOBODYS);
  }

  /** What was heard so far of one type. */
  of(code: number): Message[] {
    return this.heard.filter((message) => message[0] === code);
  }

  #take(wanted: (message: Message) => boolean): Promise<Message> {
    const at = this.#unread.findIndex(wanted);
    const [message] = at < 0 ? [] : this.#unread.splice(at, 1);
    if (message) return Promise.resolve(message);
    if (this.isClosed) return Promise.reject(new Error('closed'));
    return new Promise((resolve, reject) => this.#waiters.push({ wanted, resolve, reject }));
  }

  #hear(frame: Frame): void {
    const { fields, payload } = this.#transport.serializer.split(frame);
    const message = [...fields];
    if (payload) {
      const { args, kwargs } = payload.values;
      message.push(args);
      if (kwargs) message.push(kwargs);
    }
    this.heard.push(message);
    if (message[0] === Code.GOODBYE && this.polite) this.say(Code.GOODBYE, {}, CloseUri.GOODBYE_AND_OUT);
    const at = this.#waiters.findIndex(({ wanted }) => wanted(message));
    if (at >= 0) this.#waiters.splice(at, 1)[0]?.resolve(message);
    else this.#unread.push(message);
  }
}

/** A subscription that no session has. */
const NOBODYS = 999_999_999;

const answers = new Set<unknown>([
  Code.PUBLISHED,
  Code.SUBSCRIBED,
  Code.UNSUBSCRIBED,
  Code.RESULT,
  Code.REGISTERED,
  Code.UNREGISTERED,
]);

function idIn(message: Message): number {
  const id = message[2];
  if (message[0] === Code.ERROR || typeof id !== 'number') throw new Error(`refused: ${JSON.stringify(message)}`);
  return id;
}

/** HELLO.Details of a client that can do everything. */
export const allRoles = {
  roles: {
    publisher: { features: {} },
    subscriber: { features: { pattern_based_subscription: true } },
    caller: {
      features: { call_canceling: true, progressive_call_invocations: true, progressive_call_results: true },
    },
    callee: {
      features: { call_canceling: true, progressive_call_invocations: true, progressive_call_results: true },
    },
  },
};

/** Waits until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
