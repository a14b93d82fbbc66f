import type { Client, Invocation } from '@wigwag/core';
import { Result } from '@wigwag/core';
import type { Arguments } from './arguments.js';
import { resultToJson, toJson } from './output.js';
import { runCommand } from './run-command.js';

/** What a command runs with, beside its arguments. */
export interface Session {
  readonly client: Client;
  /** Aborts when the time is up, and when the user wants the command to end. */
  readonly signal: AbortSignal;
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes a line to standard error. */
  note(line: string): void;
}

/** Each resolves when its work is done, and rejects when it failed. */
export const commands: Readonly<Record<string, (session: Session, args: Arguments) => Promise<void>>> = {
  publish,
  subscribe,
  call,
  register,
};

async function publish({ client, print, signal }: Session, { uri, args, kwargs, ack }: Arguments): Promise<void> {
  const publication = await client.publish(uri, args, { acknowledge: ack, kwargs, signal });
  if (publication !== undefined) print(String(publication));
}

async function call({ client, print, signal }: Session, { uri, args, kwargs }: Arguments): Promise<void> {
  print(resultToJson(await client.call(uri, args, { kwargs, signal })));
}

async function subscribe({ client, print, note, signal }: Session, { uri, match, count }: Arguments): Promise<void> {
  const countdown = new Countdown(count);
  await client.subscribe(
    uri,
    ({ topic, args, kwargs, publication }) => {
      if (countdown.isOver) return;
      print(toJson({ topic, args, kwargs, publication }));
      countdown.tick();
    },
    { match, signal },
  );
  note(`subscribed to ${uri}`);
  await ended(client, countdown.over, signal);
}

async function register(session: Session, { uri, match, invoke, count, run }: Arguments): Promise<void> {
  const { client, print, note } = session;
  const countdown = new Countdown(count);
  const answer = async (args: readonly unknown[], { kwargs, procedure, signal }: Invocation) => {
    print(toJson({ procedure, args, kwargs }));
    try {
      if (run.length === 0) return new Result(args, kwargs);
      return await runCommand(run, toJson({ procedure, args, kwargs }), signal);
    } finally {
      countdown.tick();
    }
  };
  await client.register(uri, answer, { match, invoke, signal: session.signal });
  note(`registered ${uri}`);
  await ended(client, countdown.over, session.signal);
}

/** Until the count is over or the user has had enough; rejects when the client ends before. */
function ended(client: Client, over: Promise<void>, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const broken = new Promise<void>((_, reject) => {
    client.on('state', (state) => {
      if (state.type === 'closed' && state.error) reject(state.error);
    });
  });
  return Promise.race([over, stopped, broken]);
}

/** Counts down `--count`; without one it is never over. */
class Countdown {
  readonly over: Promise<void>;
  #left: number;
  #end: () => void = () => {};

  constructor(count = Number.POSITIVE_INFINITY) {
    this.#left = count;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  tick(): void {
    this.#left--;
    if (this.isOver) this.#end();
  }
}
