import * as Code from '../wire/codes.js';
import { CREDIT } from '../wire/credit.js';
import { forCallee } from '../wire/decode-router.js';
import * as ErrorUri from '../wire/error-uris.js';
import { IDEMPOTENT, INVOKE_ALL, INVOKE_LOAD } from '../wire/features.js';
import { RecentIds } from '../wire/ids.js';
import type {
  Dict,
  Id,
  Interrupt,
  InvocationDetails,
  Invocation as InvocationMessage,
  Invoke,
  RegisterOptions,
  Uri,
} from '../wire/messages.js';
import { TurnoverMap } from '../wire/turnover-map.js';
import { Answers, wampErrorOf } from './answers.js';
import { cancelable } from './cancelable.js';
import { requireHandler, requireOptions } from './check.js';
import type { Disposing } from './disposing.js';
import { disposing } from './disposing.js';
import { StreamOverflowError, WampError } from './errors.js';
import type { Link } from './link.js';
import { request, requireFeature, requireHeeded, requirePattern, wireOptions } from './link.js';
import { Outflow } from './outflow.js';
import { revocation, unregister } from './release.js';
import { Result } from './result.js';
import type { Role } from './role.js';
import { Running } from './running.js';
import type { RoleMessage } from './state.js';
import { textOf } from './thrown.js';

/** One call as its handler receives it, beside the positional arguments. */
export interface Invocation {
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** The procedure that was called, also where the registration is for a pattern. */
  readonly procedure: Uri;
  /** Aborts when the caller cancels or leaves, and when this session ends: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /**
   * What the caller sends behind the arguments (spec: "Progressive Call Invocations"), a chunk each; empty when it
   * sends nothing more. It may be read while parts of the answer are sent.
   */
  readonly input: AsyncIterable<Result>;
  /**
   * Sends a part of the answer: a value or a `Result` (spec: "Progressive Call Results"). Resolves when the caller can
   * take another; does nothing when it asked for none. It need not be awaited: parts keep their order, the answer comes
   * behind them, and the error hook hears of one that cannot be sent. @throws as `Link.send` does, InvalidArgumentError,
   * and the reason when the call is over
   */
  progress(part: unknown): Promise<void>;
  /** INVOCATION.Details, as received. */
  readonly details: InvocationDetails;
}

/**
 * Answers a call with what it returns: a value, a `Result` for several arguments or keyword arguments, `undefined`
 * for an empty answer. An async generator sends each value that it yields as a part. What it throws becomes ERROR: a
 * WampError as it is, anything else as `wigwag.error.runtime_error` with its message, reported to the error hook too.
 * One that cannot attend to the call before it has begun throws `new WampError('wamp.error.unavailable')`: the router
 * gives the call to another callee of the procedure, where there is one (spec: "Call Re-Routing").
 */
export type InvocationHandler = (args: readonly unknown[], invocation: Invocation) => unknown;

/** Options of `register`; what is not named here goes on the wire as it is (spec: "REGISTER", REGISTER.Options). */
export interface RegisterRequest extends RegisterOptions {
  /** Gives up the attempt to register; it does not end a registration. */
  readonly signal?: AbortSignal | undefined;
}

/** One procedure that this session serves. */
export interface Registration extends Disposing {
  readonly procedure: Uri;
  /** The router's id of it in the present session. */
  readonly id: Id;
  /** Resolves when the router knows, or is gone. Calls in progress are still answered. */
  unregister(): Promise<void>;
}

/** A call as its answer goes back. */
interface Call {
  readonly id: Id;
  readonly procedure: Uri;
}

interface Endpoint {
  readonly uri: Uri;
  readonly handler: InvocationHandler;
}

/** The callee's half of a session (spec: "Registering and Unregistering", "Calling and Invocations"). */
export class Callee implements Role {
  readonly features = [
    'call_canceling',
    'call_reroute',
    'call_timeout',
    'call_trustlevels',
    'caller_identification',
    'pattern_based_registration',
    'payload_passthru_mode',
    'progressive_call_invocations',
    'progressive_call_results',
    'registration_revocation',
    'sharded_registration',
    'shared_registration',
    CREDIT,
  ];
  readonly decoders = forCallee;
  readonly #link: Link;
  readonly #outflow: Outflow;
  readonly #answers: Answers;
  readonly #endpoints = new Map<unknown, Endpoint>();
  /** Calls in progress, by INVOCATION.Request. */
  readonly #running = new TurnoverMap<Id, Running>();
  /** Streams that ended here, whose last chunks may still come. */
  readonly #over = new RecentIds(RECENT);

  constructor(link: Link) {
    this.#link = link;
    this.#outflow = new Outflow(link);
    this.#answers = new Answers(link);
  }

  /**
   * @throws InvalidUriError, InvalidArgumentError, FeatureNotSupportedError (nothing was sent), WampError (the router
   *   refused)
   */
  async register(uri: Uri, handler: InvocationHandler, options: RegisterRequest = {}): Promise<Registration> {
    requireOptions(options);
    requireHandler(handler);
    const { match = 'exact', invoke = 'single', signal } = options;
    requirePattern(this.#link, 'dealer', 'procedure', uri, match, 'pattern_based_registration');
    if (invoke !== 'single') {
      const feature = ours.get(invoke) ?? 'shared_registration';
      requireFeature(this.#link, 'dealer', feature, `invoke: '${invoke}'`);
    }
    requireHeeded(this.#link, 'dealer', options, needs);
    signal?.throwIfAborted();

    let id: Id = 0;
    const end = async () => {
      if (this.#endpoints.delete(id)) await unregister(this.#link, id);
    };
    let wanted = true;
    const opened = request(
      this.#link,
      Code.REGISTERED,
      (request) => ({ code: Code.REGISTER, request, options: wireOptions(options, ['signal']), procedure: uri }),
      ({ registration }) => {
        id = registration;
        this.#endpoints.set(id, { uri, handler });
        if (!wanted) void end();
      },
    );
    await cancelable(signal, opened, () => {
      wanted = false;
      // An invocation behind REGISTERED may be handled before anybody hears that the registration is there.
      void end();
    });
    return disposing({ procedure: uri, id, unregister: end }, end);
  }

  receive(message: RoleMessage): boolean {
    if (message.code === Code.INVOCATION) this.#invoke(message);
    else if (message.code === Code.INTERRUPT) this.#interrupt(message);
    else if (message.code === Code.UNREGISTERED && message.request === 0) this.#revoked(message.details);
    else return false;
    return true;
  }

  /** INVOCATION: a call, or more of one that is in progress. Who is leaving could not answer: its router tells the caller. */
  #invoke(message: InvocationMessage): void {
    if (!this.#link.isOpen) return;
    const running = this.#running.get(message.request);
    if (running) {
      running.receive(message, this.#link.receiving);
      return;
    }
    if (this.#over.has(message.request)) return;
    const endpoint = this.#endpoints.get(message.registration);
    if (endpoint) void this.#run(endpoint, message);
    // Else it was on its way when UNREGISTER was sent.
    else {
      const error = new WampError(ErrorUri.NO_SUCH_REGISTRATION, ['it was unregistered']);
      this.#answers.error({ id: message.request, procedure: undefined }, error);
    }
  }

  /** INTERRUPT (spec: "Call Canceling"): the caller is answered at once; what the handler still returns is dropped. */
  #interrupt({ request: id, options }: Interrupt): void {
    this.#cancel(id, new WampError(options.reason ?? ErrorUri.CANCELED, ['the call was canceled']));
  }

  /** UNREGISTERED with request 0: the router took the registration away (spec: "Registration Revocation"). */
  #revoked(details: Dict | undefined): void {
    const id = details?.registration;
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) return;
    this.#endpoints.delete(id);
    this.#report(revocation('registration of', endpoint.uri, details), endpoint.uri);
  }

  /** The session ended: handlers in progress are told that nobody waits for them. */
  end(error: Error): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const each of running) each.abort(error);
  }

  async #run({ uri, handler }: Endpoint, message: InvocationMessage): Promise<void> {
    const { request: id, details } = message;
    const procedure = details.procedure ?? uri;
    const call = { id, procedure };
    const read = ({ details: more, payload }: InvocationMessage) => {
      const { args, kwargs, options } = this.#link.interceptors.receive('invocation', procedure, more, payload);
      return new Result(args, kwargs, options);
    };
    const running = new Running(message, {
      procedure,
      read,
      grant: (chunks) => this.#answers.grant(call, chunks),
      onOverflow: () =>
        this.#cancel(id, new StreamOverflowError(`chunks of ${procedure} come faster than they are read`)),
      onTimeout: (milliseconds) =>
        this.#cancel(id, new WampError(ErrorUri.TIMEOUT, [`no result within ${milliseconds} ms`])),
    });
    this.#running.set(id, running);
    const { signal, input } = running;
    const progress = (part: unknown) => running.follow(this.#progress(call, running, details, part));
    let answer: () => void;
    try {
      const { args, kwargs } = read(message);
      const answered = handler(args, { kwargs, procedure, signal, input, progress, details });
      const value = await (isGenerator(answered) ? drain(answered, progress) : answered);
      answer = () => this.#answers.value(call, value);
    } catch (thrown) {
      const error = this.#errorOf(thrown, call, running);
      answer = () => this.#answers.error(call, error);
    }
    if (running.parts) await running.parts;
    // Gone when it was interrupted, and so answered, or when the session ended.
    if (!this.#forget(id)) return;
    answer();
    running.finish();
  }

  /** What the caller is told of what a handler threw. */
  #errorOf(thrown: unknown, { id, procedure }: Call, running: Running): WampError {
    const own = wampErrorOf(thrown);
    if (own) return own;
    if (this.#running.has(id) && thrown !== running.reported) this.#report(thrown, procedure);
    return new WampError(ErrorUri.RUNTIME_ERROR, [textOf(thrown)]);
  }

  async #progress(call: Call, running: Running, details: InvocationDetails, part: unknown): Promise<void> {
    running.throwIfOver();
    if (details.receive_progress !== true) return;
    await running.credit.take();
    running.throwIfOver();
    try {
      running.credit.sent(this.#answers.part(call, part));
    } catch (error) {
      // A handler that does not await it would not hear of a part that is missing.
      if (this.#link.isOpen) this.#report(error, call.procedure);
      running.reported = error;
      throw error;
    }
    running.progressed();
    await this.#outflow.drained();
  }

  /** Ends a call in progress: its caller is answered, its handler told. */
  #cancel(id: Id, error: WampError | StreamOverflowError): void {
    const running = this.#running.get(id);
    if (!running) return;
    this.#forget(id);
    const { procedure } = running;
    this.#answers.error(
      { id, procedure },
      error instanceof WampError ? error : new WampError(error.uri, [error.message]),
    );
    running.abort(error);
  }

  #forget(id: Id): boolean {
    const running = this.#running.get(id);
    running?.end();
    if (running?.isProgressive) this.#over.add(id);
    return this.#running.delete(id);
  }

  #report(error: unknown, uri: Uri): void {
    this.#link.report(error, { where: 'invocation handler', uri });
  }
}

/** What a dealer has to announce for an option to do anything. */
const needs = /* @__PURE__ */ new Map([
  ['nkey', 'sharded_registration'],
  [IDEMPOTENT, IDEMPOTENT],
  ['forward_timeout', 'call_timeout'],
]);

/** What a dealer announces that takes the values of `invoke` that are ours. */
const ours: ReadonlyMap<Invoke, string> = new Map([
  ['load', INVOKE_LOAD],
  ['all', INVOKE_ALL],
]);

/** Streams that one session may have ended while chunks of theirs were on their way. */
const RECENT = 256;

function isGenerator(value: unknown): value is AsyncGenerator<unknown, unknown, undefined> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}

/** Sends what a generator yields, part by part, and returns what it returns; a call that is over ends it early. */
async function drain(
  parts: AsyncGenerator<unknown, unknown, undefined>,
  progress: (part: unknown) => Promise<void>,
): Promise<unknown> {
  for (;;) {
    const { done, value } = await parts.next();
    if (done) return value;
    try {
      await progress(value);
    } catch (error) {
      await parts.return(undefined);
      throw error;
    }
  }
}
