import type { Transport } from '../transport/transport.js';
import type { Id, Uri } from '../wire/messages.js';
import type { AllRoles } from './all-roles.js';
import { allRoles } from './all-roles.js';
import type { CallStream } from './call-stream.js';
import type { InvocationHandler, RegisterRequest, Registration } from './callee.js';
import type { CallRequest, StreamRequest } from './caller.js';
import { cancelable } from './cancelable.js';
import type { PublishRequest } from './publisher.js';
import type { SessionOptions } from './role-session.js';
import { RoleSession } from './role-session.js';
import type { EventHandler } from './run-handler.js';
import type { Listener, ListenRequest, SubscribeRequest, Subscription } from './subscriber.js';

/** Joins a realm over an open transport, which then belongs to the session. @throws as `Session.joined` */
export function joinSession(
  transport: Transport,
  options: SessionOptions & { readonly signal?: AbortSignal },
): Promise<Session> {
  const session = new Session(transport, options);
  return cancelable(
    options.signal,
    session.joined.then(() => session),
    () => session.abandon(),
  );
}

/** A session that plays the roles of publisher, subscriber, caller and callee. */
export class Session extends RoleSession<AllRoles> {
  constructor(transport: Transport, options: SessionOptions) {
    super(transport, options, allRoles);
  }

  /** See `Publisher.publish`. */
  publish(topic: Uri, args?: readonly unknown[], options?: PublishRequest): Promise<Id | undefined> {
    return this.roles.publisher.publish(topic, args, options);
  }

  /** See `Subscriber.subscribe`. */
  subscribe(topic: Uri, handler: EventHandler, options?: SubscribeRequest): Promise<Subscription> {
    return this.roles.subscriber.subscribe(topic, handler, options);
  }

  /** See `Subscriber.listen`. */
  listen(topic: Uri, options: ListenRequest, listener: Listener): Promise<Subscription> {
    return this.roles.subscriber.listen(topic, options, listener);
  }

  /** See `Caller.call`. */
  call(procedure: Uri, args?: readonly unknown[], options?: CallRequest): Promise<unknown> {
    return this.roles.caller.call(procedure, args, options);
  }

  /** See `Caller.stream`. */
  stream(procedure: Uri, args?: readonly unknown[], options?: StreamRequest, stream?: CallStream): CallStream {
    return this.roles.caller.stream(procedure, args, options, stream);
  }

  /** See `Callee.register`. */
  register(procedure: Uri, handler: InvocationHandler, options?: RegisterRequest): Promise<Registration> {
    return this.roles.callee.register(procedure, handler, options);
  }
}
