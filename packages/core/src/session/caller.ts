import { Code } from '../wire/codes.js';
import { announces } from '../wire/features.js';
import type { CallOptions, CancelMode, Uri } from '../wire/messages.js';
import { Payload } from '../wire/payload.js';
import { cancelable } from './cancelable.js';
import { TimeoutError } from './errors.js';
import type { Link } from './link.js';
import { requireUri, wireOptions } from './link.js';
import type { Reply } from './requests.js';
import { valuesOf } from './requests.js';
import { Result } from './result.js';

/** Options of `call`; what is not named here goes on the wire as it is (spec: "CALL", CALL.Options). */
export interface CallRequest extends CallOptions {
  readonly kwargs?: Readonly<Record<string, unknown>>;
  /** Aborting cancels the call at the callee too, where the router can, and rejects at once with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How a cancelled call ends at the callee (spec: "Call Canceling"). Default `killnowait`. */
  readonly cancel?: CancelMode;
  /** Milliseconds after which the call is given up here with TimeoutError, whatever the router does. Default: none. */
  readonly timeout?: number;
}

const local = ['kwargs', 'signal', 'cancel'];

/** The caller's half of a session (spec: "Calling and Invocations"). */
export class Caller {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /**
   * @returns the single value that the callee answered with, `undefined` for an empty answer, and a `Result` when it
   *   has several positional arguments or keyword arguments
   * @throws InvalidUriError, EncodeError, MessageTooLargeError (nothing was sent), WampError (an error was answered),
   *   TimeoutError, and the signal's reason
   */
  async call(procedure: Uri, args?: readonly unknown[], options: CallRequest = {}): Promise<unknown> {
    requireUri('procedure', procedure);
    const { signal, timeout, cancel: mode = 'killnowait' } = options;
    signal?.throwIfAborted();

    const { requests } = this.#link;
    const id = requests.draw((request) =>
      this.#link.send({
        code: Code.CALL,
        request,
        options: wireOptions(options, local),
        procedure,
        payload: Payload.of(args, options.kwargs),
      }),
    );
    const giveUp = () => {
      // A session that is closing has no details any more, and takes no CANCEL.
      if (!requests.drop(id) || !announces(this.#link.details, 'dealer', 'call_canceling')) return;
      this.#link.send({ code: Code.CANCEL, request: id, options: { mode } });
    };

    let timer: Timer | undefined;
    const answer = new Promise<Reply>((resolve, reject) => {
      requests.open(id, { expects: Code.RESULT, resolve, reject });
      if (timeout === undefined || timeout <= 0) return;
      timer = setTimeout(() => {
        giveUp();
        reject(new TimeoutError(`the call of ${procedure} was not answered within ${timeout} ms`));
      }, timeout);
    }).finally(() => clearTimeout(timer));
    return resultOf(await cancelable(signal, answer, giveUp));
  }
}

function resultOf(reply: Reply): unknown {
  if (reply.code !== Code.RESULT) return undefined;
  const { args, kwargs } = valuesOf(reply.payload);
  if (args.length <= 1 && reply.payload?.values.kwargs === undefined) return args[0];
  return new Result(args, kwargs, reply.details);
}
