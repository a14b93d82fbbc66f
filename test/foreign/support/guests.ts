import autobahn from 'autobahn';
import { autobahnAt, sessionId as autobahnId, serializers } from './autobahn.js';
import { Inbox } from './inbox.js';
import type { PythonCall, PythonInvocation, PythonSession } from './python.js';
import { PythonError } from './python.js';
import type { Stage } from './stage.js';
import type { Received } from './wampy.js';
import { wampyAt, sessionId as wampyId } from './wampy.js';

type Dict = Readonly<Record<string, unknown>>;

/** What an event or a call brings, as far as its client hands it over. */
export interface Heard {
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
  readonly details: Dict;
}

/** Whom a session logs in as, with a ticket; without it, it is anonymous. */
export interface Login {
  readonly authid: string;
  readonly ticket: string;
}

/** A session of a client that is not ours, whatever that client calls things: what a row of the protocol needs of it. */
export interface GuestSession {
  readonly id: number;
  /** Acknowledged. */
  publish(topic: string, args: unknown[], options?: Dict): Promise<unknown>;
  listen(topic: string, options?: Dict): Promise<Inbox<Heard>>;
  /** The arguments of the result. @param parts where those of results in parts go; without it none are asked for */
  call(procedure: string, args?: unknown[], more?: CallMore): Promise<readonly unknown[]>;
  /** @returns the id of the registration */
  register(procedure: string, serve: (call: Heard) => unknown, options?: Dict): Promise<unknown>;
  close(): Promise<void>;
}

export interface CallMore {
  readonly kwargs?: Record<string, unknown>;
  readonly options?: Dict;
  readonly parts?: Inbox<unknown>;
}

/** Thrown by what a guest serves, to answer with this error; and what a guest's call rejects with. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
  constructor(readonly uri: string) {
    super(uri);
  }
}

export type JoinGuest = (login?: Login) => Promise<GuestSession>;

/**
 * The clients that are not ours, each in a format of its own, by what their tests are called. wampy speaks JSON: what it
 * makes of large integers in MessagePack are bigints.
 * @param python joins Autobahn|Python (`setPython`)
 */
export function guestsAt(
  stage: Stage,
  python: (command?: Dict) => Promise<PythonSession>,
): readonly (readonly [name: string, join: JoinGuest])[] {
  return [
    ['AutobahnJS', (login) => joinAutobahn(stage, login)],
    ['wampy', (login) => joinWampy(stage, login)],
    ['Autobahn|Python', async (login) => ofPython(await python({ serializer: 'cbor', ...ticketOf(login) }))],
  ];
}

async function joinAutobahn(stage: Stage, login: Login | undefined): Promise<GuestSession> {
  const credentials = login && { authmethods: ['ticket'], authid: login.authid, onchallenge: () => login.ticket };
  const peer = autobahnAt(stage, { serializers: [serializers.msgpack()], ...credentials });
  const { session } = await peer.open();
  return {
    id: autobahnId(session),
    publish: (topic, args, options = {}) => session.publish(topic, args, {}, { acknowledge: true, ...options }),
    async listen(topic, options = {}) {
      const inbox = new Inbox<Heard>();
      await session.subscribe(topic, (args, kwargs, event) => inbox.push({ args, kwargs, details: { ...event } }), {
        ...options,
      });
      return inbox;
    },
    async call(procedure, args = [], { kwargs = {}, options = {}, parts } = {}) {
      const call = session.call(procedure, args, kwargs, { ...options, ...(parts && { receive_progress: true }) });
      if (parts) call.progress(parts.push);
      const value = await call.catch((error: unknown) => {
        throw new GuestError(textIn(error, 'error'));
      });
      if (value instanceof autobahn.Result) return value.args;
      return value === null ? [] : [value];
    },
    async register(procedure, serve, options = {}) {
      const endpoint = async (args: unknown[], kwargs: Dict, invocation: object) => {
        try {
          return await serve({ args, kwargs, details: { ...invocation } });
        } catch (error) {
          throw error instanceof GuestError ? new autobahn.Error(error.uri) : error;
        }
      };
      return (await session.register(procedure, endpoint, { ...options })).id;
    },
    close: () => peer.close(),
  };
}

async function joinWampy(stage: Stage, login: Login | undefined): Promise<GuestSession> {
  const credentials = login && { authmethods: ['ticket'], authid: login.authid, onChallenge: () => login.ticket };
  const peer = wampyAt(stage, credentials);
  const session = await peer.open();
  const heard = ({ argsList: args = [], argsDict: kwargs = {}, details }: Received): Heard => ({
    args,
    kwargs,
    details,
  });
  return {
    id: wampyId(session),
    publish: (topic, argsList, options = {}) => session.publish(topic, { argsList }, { ...options }),
    async listen(topic, options = {}) {
      const inbox = new Inbox<Heard>();
      await session.subscribe(topic, (event) => inbox.push(heard(event)), { ...options });
      return inbox;
    },
    async call(procedure, argsList = [], { kwargs: argsDict = {}, options = {}, parts } = {}) {
      const part = ({ argsList = [] }: { readonly argsList?: unknown[] }) => parts?.push(argsList[0]);
      const more = { ...options, ...(parts && { progress_callback: part }) };
      const answer = session.call(procedure, { argsList, argsDict }, more);
      const { argsList: results = [] } = await answer.catch((error: unknown) => {
        throw new GuestError(textIn(error, 'errorUri'));
      });
      return results;
    },
    async register(procedure, serve, options = {}) {
      const endpoint = async (call: Received) => {
        try {
          return { argsList: [await serve(heard(call))] };
        } catch (error) {
          throw error instanceof GuestError ? { error: error.uri } : error;
        }
      };
      return (await session.register(procedure, endpoint, { ...options })).registrationId;
    },
    close: () => peer.close(),
  };
}

function ofPython(session: PythonSession): GuestSession {
  return {
    id: session.id,
    publish: (topic, args, options = {}) => session.publish(topic, args, {}, { acknowledge: true, ...options }),
    listen: async (topic, options = {}) => (await session.subscribe(topic, options)).events,
    async call(procedure, args = [], { kwargs = {}, options = {}, parts } = {}) {
      const call = session.call(procedure, args, kwargs, { ...options, ...(parts && { progress: true }) });
      if (parts) void forward(call.progress, parts);
      const answer = await call.result.catch((error: unknown) => {
        throw error instanceof PythonError ? new GuestError(error.uri) : error;
      });
      return answer.args;
    },
    async register(procedure, serve, options = {}) {
      const answer = async (invocation: PythonInvocation) => {
        try {
          await invocation.answer([await serve(invocation)]);
        } catch (error) {
          if (!(error instanceof GuestError)) throw error;
          await invocation.fail(error.uri, []);
        }
      };
      return (await session.register(procedure, answer, options)).id;
    },
    close: () => session.close(),
  };
}

/** Passes on what comes, for as long as anything does. */
async function forward(from: PythonCall['progress'], to: Inbox<unknown>): Promise<never> {
  for (;;) to.push((await from.next()).args[0]);
}

function ticketOf(login: Login | undefined): Dict {
  return login ? { auth: { method: 'ticket', ...login } } : {};
}

function textIn(error: unknown, key: string): string {
  return String(typeof error === 'object' && error !== null ? Reflect.get(error, key) : error);
}
