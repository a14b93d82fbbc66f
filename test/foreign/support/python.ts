import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { findPython, noPython } from '../../../scripts/python.mjs';
import { Inbox } from './inbox.js';
import type { Guest, Stage } from './stage.js';

type Dict = Readonly<Record<string, unknown>>;
interface Payload {
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
}

/** An event as Autobahn|Python hands it over. */
export interface PythonEvent extends Payload {
  readonly details: Dict;
}

/** What Autobahn|Python was called with. */
export interface PythonInvocation extends Payload {
  readonly details: Dict;
  /** Answers in part. */
  progress(...args: readonly unknown[]): Promise<unknown>;
  answer(args: readonly unknown[], kwargs?: Dict): Promise<unknown>;
  fail(error: string, args: readonly unknown[], kwargs?: Dict): Promise<unknown>;
  /** Resolves when Autobahn|Python has canceled the coroutine that serves it. */
  readonly interrupted: Promise<unknown>;
}

/** An error as Autobahn|Python raises it. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
  constructor(
    readonly uri: string,
    readonly args: readonly unknown[],
    readonly kwargs: Dict,
  ) {
    super(`${uri}: ${args.join(', ')}`);
  }
}

/** A call that Autobahn|Python makes. */
export interface PythonCall {
  /** Rejects with PythonError. */
  readonly result: Promise<Payload>;
  readonly progress: Inbox<Payload>;
  cancel(): Promise<unknown>;
}

const script = fileURLToPath(new URL('../python/peer.py', import.meta.url));

/** One process of Python, in which sessions of Autobahn|Python do what they are told. */
export class Python {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Dict) => void>();
  readonly #news = new Map<unknown, (news: Dict) => void>();
  #commands = 0;
  /** What it wrote to stderr: complaints, tracebacks. */
  stderr = '';

  constructor() {
    const python = findPython();
    if (!python) throw new Error(noPython);
    const child = spawn(python, ['-u', script], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    createInterface(child.stdout).on('line', (line) => this.#hear(JSON.parse(line, fromWire)));
    child.once('exit', () => {
      const error = { uri: 'exited', args: [`Python ended: ${this.stderr}`], kwargs: {} };
      for (const answer of this.#answers.values()) answer({ error });
    });
  }

  /** The session that joins; rejects with PythonError when it is refused. */
  async join(command: Dict): Promise<PythonSession> {
    const { id, answer } = this.tell({ do: 'join', serializer: 'json', ...command });
    return new PythonSession(this, id, dictOf(await answer));
  }

  /** @param onNews told of what this command leads to later on */
  tell(command: Dict, onNews?: (news: Dict) => void): { readonly id: number; readonly answer: Promise<unknown> } {
    const id = ++this.#commands;
    if (onNews) this.#news.set(id, onNews);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#answers.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(errorOf(error))));
    });
    this.#child.stdin?.write(`${JSON.stringify({ id, ...command }, toWire)}\n`);
    return { id, answer };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exited;
  }

  #hear(message: Dict): void {
    if (message.news !== undefined) this.#news.get(message.of)?.(message);
    else if (typeof message.id === 'number') {
      this.#answers.get(message.id)?.(message);
      this.#answers.delete(message.id);
    }
  }
}

/** A session of Autobahn|Python. */
export class PythonSession implements Guest {
  readonly complaints: unknown[] = [];
  #left = false;

  constructor(
    private readonly python: Python,
    private readonly key: number,
    readonly details: Dict,
  ) {}

  get id(): number {
    return Number(this.details.session);
  }

  publish(topic: string, args: readonly unknown[] = [], kwargs: Dict = {}, options: Dict = {}): Promise<unknown> {
    return this.#do('publish', { topic, args, kwargs, options });
  }

  /** Resolves once subscribed, to where the events arrive; `unsubscribe` ends it. */
  async subscribe(
    topic: string,
    options: Dict = {},
  ): Promise<{ readonly events: Inbox<PythonEvent>; unsubscribe(): Promise<unknown> }> {
    const events = new Inbox<PythonEvent>();
    const command = { do: 'subscribe', session: this.key, topic, options };
    const { id, answer } = this.python.tell(command, (news) => events.push(received(news)));
    await answer;
    return { events, unsubscribe: () => this.#do('unsubscribe', { of: id }) };
  }

  /** @param options `progress: true` asks for progressive results */
  call(procedure: string, args: readonly unknown[] = [], kwargs: Dict = {}, options: Dict = {}): PythonCall {
    const { progress = false, ...rest } = options;
    const parts = new Inbox<Payload>();
    const command = { do: 'call', session: this.key, procedure, args, kwargs, options: rest, progress };
    const { id, answer } = this.python.tell(command, (news) => parts.push(payloadOf(news)));
    return {
      result: answer.then(payloadOf),
      progress: parts,
      cancel: () => this.#do('cancel', { of: id }),
    };
  }

  /** Serves a procedure: `handle` is told of each call, and answers it when it likes. */
  async register(
    procedure: string,
    handle: (invocation: PythonInvocation) => unknown,
    options: Dict = {},
  ): Promise<{ readonly id: unknown; unregister(): Promise<unknown> }> {
    const interrupts = new Map<unknown, () => void>();
    const invoked = (news: Dict) => {
      const { number } = news;
      if (news.news === 'interrupt') return interrupts.get(number)?.();
      const interrupted = new Promise<void>((resolve) => interrupts.set(number, resolve));
      handle({
        ...received(news),
        interrupted,
        progress: (...args) => this.#do('progress', { number, args, kwargs: {} }),
        answer: (args, kwargs = {}) => this.#do('answer', { number, args, kwargs }),
        fail: (error, args, kwargs = {}) => this.#do('answer', { number, error, args, kwargs }),
      });
    };
    const { id, answer } = this.python.tell({ do: 'register', session: this.key, procedure, options }, invoked);
    return { id: await answer, unregister: () => this.#do('unregister', { of: id }) };
  }

  async close(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    await this.#do('leave');
  }

  #do(what: string, rest: Dict = {}): Promise<unknown> {
    return this.python.tell({ do: what, session: this.key, ...rest }).answer;
  }
}

/** One Python for all tests of a file. @returns sessions in it, by transport and serializer */
export function setPython(stage: Stage): (command?: Dict) => Promise<PythonSession> {
  let python: Python | undefined;
  beforeAll(() => {
    python = new Python();
  });
  afterAll(async () => {
    await python?.stop();
    expect(python?.stderr).toBe('');
  });
  return async (command = {}) => {
    if (!python) throw new Error('Python has not started');
    return stage.host(await python.join({ url: stage.url, ...command }));
  };
}

function payloadOf(value: unknown): Payload {
  const { args, kwargs } = dictOf(value);
  return { args: Array.isArray(args) ? args : [], kwargs: dictOf(kwargs) };
}

function received(news: Dict): PythonEvent {
  return { ...payloadOf(news), details: dictOf(news.details) };
}

function dictOf(value: unknown): Dict {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function errorOf(error: unknown): PythonError {
  const { args, kwargs } = payloadOf(error);
  return new PythonError(String(dictOf(error).uri), args, kwargs);
}

function toWire(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value;
}

function fromWire(_: string, value: unknown): unknown {
  const { $bytes } = dictOf(value);
  return typeof $bytes === 'string' ? new Uint8Array(Buffer.from($bytes, 'base64')) : value;
}
