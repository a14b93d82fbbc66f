import type { ErrorHook } from '../session/errors.js';
import { InvalidArgumentError } from '../session/errors.js';
import type { EventHandler } from '../session/run-handler.js';
import type { Session } from '../session/session.js';
import type { SubscribeRequest } from '../session/subscriber.js';
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

/** One subscription, from session to session. */
export interface Subscribing {
  /** Whether what is published while there is no session will be there afterwards. */
  readonly recovers: boolean;
  /** Subscribes in a new session. @throws as `Session.subscribe`; FeatureNotSupportedError where it cannot be recovered, and must */
  open(session: Session): Promise<Live>;
}

/** How a client keeps its subscriptions; `recovery()` is one that fetches what was missed. */
export type Recover = (interest: Interest) => Subscribing;

/** Subscribes anew in each session, and lets go what is published in between. */
export const withoutRecovery: Recover = ({ topic, handler, options, recover }) => {
  if (recover) throw new InvalidArgumentError('recover: true needs a client with the option recovery: recovery()');
  return {
    recovers: false,
    async open(session) {
      const { id, unsubscribe } = await session.subscribe(topic, handler, options);
      return { id, end: unsubscribe };
    },
  };
};
