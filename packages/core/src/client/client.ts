import type { AllRoles } from '../session/all-roles.js';
import { allRoles } from '../session/all-roles.js';
import { CallStream } from '../session/call-stream.js';
import type { InvocationHandler } from '../session/callee.js';
import type { StreamRequest } from '../session/caller.js';
import { requireOptions } from '../session/check.js';
import { disposing } from '../session/disposing.js';
import type { RoleSession } from '../session/role-session.js';
import type { EventHandler } from '../session/run-handler.js';
import type { Connector } from '../transport/transport.js';
import type { Id, Uri } from '../wire/messages.js';
import { requireSettings } from '../wire/settings.js';
import { BaseClient } from './base-client.js';
import type {
  ClientCallOptions,
  ClientOptions,
  ClientPublishOptions,
  ClientRegisterOptions,
  ClientRegistration,
  ClientStreamOptions,
  ClientSubscribeOptions,
  ClientSubscription,
} from './options.js';
import { clientSettings } from './settings.js';
import { subscribe } from './subscribe.js';
import type { Recover } from './subscribing.js';
import { withoutRecovery } from './subscribing.js';
import { Wanted } from './wanted.js';

/** A client that plays all roles: it publishes, subscribes, calls and registers. */
export class Client extends BaseClient<AllRoles> {
  readonly #recover: Recover<AllRoles>;

  /** Does not connect yet. @throws InvalidArgumentError for options that are mistaken; InvalidUriError when `realm` is none */
  constructor(connector: Connector, options: ClientOptions) {
    requireSettings(clientSettings, options);
    super(connector, options, allRoles);
    this.#recover = options.recovery ?? withoutRecovery;
  }

  /**
   * @returns the publication's id when `acknowledge` was asked for; else resolves, without one, once it was sent
   * @throws InvalidUriError, InvalidArgumentError, EncodeError, MessageTooLargeError (nothing was sent); WampError (the router refused);
   *   OfflineError, ConnectionLostError, SessionClosedError
   */
  publish(topic: Uri, args?: readonly unknown[], options: ClientPublishOptions = {}): Promise<Id | undefined> {
    return this.withSession(options, (session, request) => session.roles.publisher.publish(topic, args, request));
  }

  /**
   * Calls `handler` for each event, in order, until unsubscribed, through reconnects too. With the client's option
   * `recovery`, what is published in between comes afterwards, where the router keeps it. What was missed goes to
   * `onMissed`, or else to the error hook.
   * @throws as `publish` does, and FeatureNotSupportedError
   */
  subscribe(topic: Uri, handler: EventHandler, options: ClientSubscribeOptions = {}): Promise<ClientSubscription> {
    return subscribe(this, topic, handler, options, this.#recover);
  }

  /**
   * @returns the single value that the callee answered with, `undefined` for an empty answer, and a `Result` when it
   *   has several positional arguments or keyword arguments
   * @throws WampError (an error was answered), TimeoutError, the signal's reason, and as `publish` does
   */
  call(procedure: Uri, args?: readonly unknown[], options: ClientCallOptions = {}): Promise<unknown> {
    return this.withSession(options, (session, request) => session.roles.caller.call(procedure, args, request));
  }

  /**
   * A call that sends and is answered in parts: iterate for the parts, await `result` for the last one, break out to
   * cancel. It never throws here: what goes wrong rejects the stream's `result` and its iteration.
   */
  stream(procedure: Uri, args?: readonly unknown[], options: ClientStreamOptions = {}): CallStream {
    const stream = new CallStream();
    const begin = async (session: RoleSession<AllRoles>, request: StreamRequest) => {
      session.roles.caller.stream(procedure, args, request, stream);
    };
    this.withSession(options, begin).catch((error) => stream.fail(error));
    return stream;
  }

  /**
   * Serves a procedure until unregistered, through reconnects too. When another client has taken it meanwhile, the
   * `restoreFailed` event tells.
   * @throws as `publish` does, and FeatureNotSupportedError
   */
  async register(
    procedure: Uri,
    handler: InvocationHandler,
    options: ClientRegisterOptions = {},
  ): Promise<ClientRegistration> {
    requireOptions(options);
    const { offline, signal, ...rest } = options;
    const wanted = new Wanted<AllRoles>('registration', procedure, async (session) => {
      const { id, unregister } = await session.roles.callee.register(procedure, handler, rest);
      return { id, end: unregister };
    });
    await this.keep(wanted, { offline, signal });
    const unregister = () => this.giveUp(wanted);
    const registration = {
      procedure,
      get id() {
        return wanted.id;
      },
      unregister,
    };
    return disposing(registration, unregister);
  }
}
