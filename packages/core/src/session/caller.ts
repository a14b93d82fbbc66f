import { onAbort } from '../transport/on-abort.js';
import * as CloseUri from '../wire/close-uris.js';
import * as Code from '../wire/codes.js';
import { CREDIT, grantOf } from '../wire/credit.js';
import { forCaller } from '../wire/decode-router.js';
import { InvalidArgumentError } from '../wire/errors.js';
import { announces } from '../wire/features.js';
import type { CallOptions, CancelMode, Id, Result as ResultMessage, Uri } from '../wire/messages.js';
import { Payload } from '../wire/payload.js';
import { CallStream } from './call-stream.js';
import { requireOptions, wholeMilliseconds } from './check.js';
import { Countdown } from './countdown.js';
import { Credit } from './credit.js';
import { deferred } from './deferred.js';
import { SessionClosedError, TimeoutError } from './errors.js';
import type { StreamInput } from './input.js';
import { readInput } from './input.js';
import type { Link } from './link.js';
import { outgoing, PASSTHRU, requireFeature, requireUri, wireOptions } from './link.js';
import { Outflow } from './outflow.js';
import { Result } from './result.js';
import type { Role } from './role.js';
import { Grants, WINDOW, WINDOW_BYTES } from './stream-credit.js';

/** Options of `call`; what is not named here goes on the wire as it is (spec: "CALL", CALL.Options). */
export interface CallRequest extends CallOptions {
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** Aborting cancels the call at the callee too, where the router can, and rejects at once with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How a cancelled call ends at the callee (spec: "Call Canceling"). Default `killnowait`. */
  readonly cancel?: CancelMode | undefined;
  /**
   * Milliseconds after which the call is given up here with TimeoutError, whatever the router does. Default: none. For a
   * `stream` they count anew from each part of the answer (spec: "Progressive Call Results", "Timeouts"), and a router
   * that keeps the time itself is given a second more, so that it can end the call in its own way.
   */
  readonly timeout?: number | undefined;
}

/** Options of `stream`. */
export interface StreamRequest extends CallRequest {
  /**
   * What is sent behind the call's own arguments, a chunk each: a value is a chunk's only argument, a `Result` its
   * arguments and keyword arguments. It is read no faster than the callee takes it; when it throws the call is canceled.
   */
  readonly input?: StreamInput | undefined;
}

/** Milliseconds that the last message of a stream may take once its time is up. */
const ROUTER_GRACE = 1_000;

const local = ['kwargs', 'signal', 'cancel', 'timeout'];

/** What a dealer has to announce for an option to do anything; the time of a call is kept here too. */
const needs = /* @__PURE__ */ new Map([
  PASSTHRU,
  ['disclose_me', 'caller_identification'],
  ['rkey', 'sharded_registration'],
]);

/** A call that was sent. */
interface Sent {
  readonly id: Id;
  /** The final answer. */
  readonly answer: Promise<ResultMessage>;
  /** Ends the call here and tells the router; what is still pending rejects with the reason. */
  readonly abandon: (reason: unknown) => void;
  /** Its time counts anew. */
  readonly progressed: () => void;
}

/** The caller's half of a session (spec: "Calling and Invocations"). */
export class Caller implements Role {
  readonly features = [
    'call_canceling',
    'call_timeout',
    'caller_identification',
    'payload_passthru_mode',
    'progressive_call_invocations',
    'progressive_call_results',
    'sharded_registration',
    CREDIT,
  ];
  readonly decoders = forCaller;
  readonly #link: Link;
  readonly #outflow: Outflow;

  constructor(link: Link) {
    this.#link = link;
    this.#outflow = new Outflow(link);
  }

  /**
   * @returns the single value that the callee answered with, `undefined` for an empty answer, and a `Result` when it
   *   has several positional arguments or keyword arguments
   * @throws InvalidUriError, InvalidArgumentError, FeatureNotSupportedError, EncodeError, MessageTooLargeError (nothing
   *   was sent), WampError (an error was answered), TimeoutError, and the signal's reason
   */
  async call(procedure: Uri, args?: readonly unknown[], options: CallRequest = {}): Promise<unknown> {
    requireOptions(options);
    if (options.progress) {
      throw new InvalidArgumentError(
        "the option progress is for calls that go on: use stream() with the option 'input'",
      );
    }
    const { answer } = this.#send(procedure, args, options);
    return this.#resultOf(procedure, await answer).value;
  }

  /**
   * A call that sends and is answered in parts (spec: "Progressive Call Results", "Progressive Call Invocations"),
   * each way no faster than the other side takes them. What goes wrong, from the start on, rejects the stream's
   * `result` and its iteration, with what `call` throws, FeatureNotSupportedError and StreamOverflowError.
   * @param stream filled by this call; for who had to hand it out before
   */
  stream(
    procedure: Uri,
    args?: readonly unknown[],
    request: StreamRequest = {},
    stream = new CallStream(),
  ): CallStream {
    if (stream.isOver) return stream;
    try {
      requireOptions(request);
      const { input, ...options } = request;
      if (input) requireFeature(this.#link, 'dealer', 'progressive_call_invocations', 'input');
      this.#stream(procedure, args, options, input, stream);
    } catch (error) {
      stream.fail(error);
    }
    return stream;
  }

  #stream(
    procedure: Uri,
    args: readonly unknown[] | undefined,
    options: CallRequest,
    input: StreamInput | undefined,
    stream: CallStream,
  ): void {
    const metered = announces(this.#link.details, 'dealer', CREDIT);
    const credit = new Credit(metered ? WINDOW : Number.POSITIVE_INFINITY, WINDOW_BYTES);
    const onPart = (reply: ResultMessage) => {
      const granted = grantOf(reply.details, reply.payload);
      if (granted !== undefined) {
        credit.grant(granted);
        return;
      }
      sent.progressed();
      try {
        stream.part(this.#resultOf(procedure, reply), this.#link.receiving);
      } catch (error) {
        // A part that cannot be read ends its stream, and nothing else.
        sent.abandon(error);
      }
    };
    const asked = {
      ...options,
      receive_progress: true,
      ...(input && { progress: true }),
      ...(metered && { [CREDIT]: WINDOW }),
    };
    // A router that keeps the time itself may have more to say at the end of it, such as who answered a survey.
    const grace = announces(this.#link.details, 'dealer', 'call_timeout') ? ROUTER_GRACE : 0;
    const sent = this.#send(procedure, args, asked, onPart, grace);
    const grants = metered ? new Grants((chunks) => this.#grant(sent.id, procedure, chunks)) : undefined;
    stream.begin({ read: (bytes) => grants?.read(bytes), abandon: sent.abandon });
    const over = new SessionClosedError(CloseUri.NORMAL, { message: 'the call is over' });
    sent.answer
      .then((reply) => this.#resultOf(procedure, reply))
      .then(
        (result) => {
          stream.finish(result);
          credit.end(over);
        },
        (error) => {
          stream.fail(error);
          credit.end(over);
        },
      );
    if (input) void this.#pump(sent, procedure, input, credit);
  }

  /** Sends the input, chunk by chunk, then the end of it (spec: "Progressive Call Invocations"). */
  async #pump(sent: Sent, procedure: Uri, input: StreamInput, credit: Credit): Promise<void> {
    const { requests } = this.#link;
    const chunk = ({ args, kwargs }: Result, progress: boolean) => {
      const content = { args, kwargs, options: progress ? { progress } : {} };
      const { options, payload } = this.#link.interceptors.send('call', procedure, content);
      // A chunk is never without a payload: that would be the end of the input, or a grant.
      const filled = payload ?? Payload.from({ args: [], kwargs: undefined });
      credit.sent(this.#link.send({ code: Code.CALL, request: sent.id, options, procedure, payload: filled }));
    };
    try {
      const source = readInput(input);
      // Once the call is over nobody reads on; whether the source minds makes no difference any more.
      const stop = async () => source.return?.();
      sent.answer.then(stop, stop).catch(() => {});
      for (;;) {
        const { done, value } = await source.next();
        if (!requests.has(sent.id)) return;
        if (done) break;
        await credit.take();
        await this.#outflow.drained();
        if (!requests.has(sent.id)) return;
        chunk(Result.of(value), true);
      }
      this.#link.send({ code: Code.CALL, request: sent.id, options: {}, procedure });
    } catch (error) {
      // The call may be over already, and then this is why.
      if (requests.has(sent.id)) sent.abandon(error);
    }
  }

  /** Lets the callee send so many more parts; nothing that its handler sees. */
  #grant(id: Id, procedure: Uri, chunks: number): void {
    if (!this.#link.requests.has(id)) return;
    this.#link.send({ code: Code.CALL, request: id, options: { progress: true, [CREDIT]: chunks }, procedure });
  }

  #send(
    procedure: Uri,
    args: readonly unknown[] | undefined,
    options: CallRequest,
    part?: (reply: ResultMessage) => void,
    grace = 0,
  ): Sent {
    requireUri('procedure', procedure);
    const { signal, cancel: mode = 'killnowait' } = options;
    const timeout = wholeMilliseconds(options.timeout);
    signal?.throwIfAborted();

    const { requests } = this.#link;
    const content = {
      args: args ?? [],
      kwargs: options.kwargs ?? {},
      options: { ...wireOptions(options, local), ...(timeout !== undefined && { timeout }) },
    };
    const message = outgoing(this.#link, 'dealer', 'call', procedure, content, needs);
    const id = requests.draw((request) => this.#link.send({ code: Code.CALL, request, procedure, ...message }));
    const { promise: answer, resolve, reject } = deferred<ResultMessage>();
    requests.open(id, { expects: Code.RESULT, resolve, reject, part, procedure });
    const abandon = (reason: unknown) => {
      reject(reason);
      // A session that is closing has no details any more, and takes no CANCEL.
      if (!requests.drop(id) || !announces(this.#link.details, 'dealer', 'call_canceling')) return;
      this.#link.send({ code: Code.CANCEL, request: id, options: { mode } });
    };
    const countdown =
      timeout === undefined
        ? undefined
        : new Countdown(timeout + grace, () =>
            abandon(new TimeoutError(`the call of ${procedure} was not answered within ${timeout} ms`)),
          );
    const ignore = signal && onAbort(signal, () => abandon(signal.reason));
    const release = () => {
      countdown?.stop();
      ignore?.();
    };
    answer.then(release, release);
    return { id, answer, abandon, progressed: () => countdown?.restart() };
  }

  /** @throws ProtocolError when the payload cannot be decoded, and what an interceptor throws */
  #resultOf(procedure: Uri, { payload, details }: ResultMessage): Result {
    const { args, kwargs, options } = this.#link.interceptors.receive('result', procedure, details, payload);
    return new Result(args, kwargs, options);
  }
}
