import type { ErrorHook } from '../session/errors.js';
import type { RoleSession } from '../session/role-session.js';
import type { EventHandler } from '../session/run-handler.js';
import type { SubscribeRequest, Subscriber } from '../session/subscriber.js';
import { InvalidArgumentError } from '../wire/errors.js';
import type { Uri } from '../wire/messages.js';
import type { Live } from './wanted.js';

/** What the application wants to hear of, whatever becomes of the connection. */
export interface Interest {
  readonly topic: Uri;
  readonly handler: EventHandler;
  readonly options: SubscribeRequest;
  /** True: or else subscribing fails; undefined: where it can be; false: never. See the option `recover` of `subscribe`. */
  readonly recover: boolean | undefined;
  /** Told of errors that no promise carries. */
  readonly report: ErrorHook;
}

/** A session that subscribes. */
export interface Subscribes {
  readonly subscriber: Subscriber;
}

/** One subscription, from session to session. @typeParam R the roles that this takes */
export interface Subscribing<R extends Subscribes> {
  /** Whether what is published while there is no session will be there afterwards. */
  readonly recovers: boolean;
  /** Subscribes in a new session. @throws as `Subscriber.subscribe`; FeatureNotSupportedError where it cannot be recovered, and must */
  open(session: RoleSession<R>): Promise<Live>;
}

/** How a client keeps its subscriptions; `recovery()` is one that fetches what was missed. */
export type Recover<R extends Subscribes> = (interest: Interest) => Subscribing<R>;

/** Subscribes anew in each session, and lets go what is published in between. */
export const withoutRecovery: Recover<Subscribes> = ({ topic, handler, options, recover }) => {
  if (recover) throw new InvalidArgumentError('recover: true needs a client with the option recovery: recovery()');
  return {
    recovers: false,
    async open(session) {
      const { id, unsubscribe } = await session.roles.subscriber.subscribe(topic, handler, options);
      return { id, end: unsubscribe };
    },
  };
};
