import type { Id, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { SubscriptionDirectory } from '../broker/directory.js';
import type { Subscription } from '../broker/subscription.js';
import type { Member } from '../session/member.js';
import { idArgument, matchArgument, textArgument, textKeyword } from './arguments.js';
import { listByMatch } from './list-by-match.js';
import { idRange, pageOf, pageResult } from './page.js';
import type { MetaCall, MetaProcedure } from './procedure.js';
import { CallRefused } from './procedure.js';
import type { Members } from './session-procedures.js';
import { memberArgument } from './session-procedures.js';
import { subscriptionDetails } from './subscription-events.js';

/** What these procedures read and do. */
export interface SubscriptionAccess {
  /** Entries in one answer of a procedure that lists. */
  readonly maxListed: number;
  readonly directory: SubscriptionDirectory;
  /** Takes a subscriber off a subscription. @returns whether it was subscribed */
  revoke(member: Member, subscription: Id, reason: string | undefined): boolean;
}

/** `wamp.subscription.*` (spec: "Subscription Meta API", "Subscription Meta-Procedures"). */
export function subscriptionProcedures(
  members: Members,
  { directory, maxListed, revoke }: SubscriptionAccess,
): Readonly<Record<Uri, MetaProcedure>> {
  return {
    'wamp.subscription.list': (call) => listByMatch(directory, idRange(call, maxListed)),
    'wamp.subscription.lookup': (call) => {
      const found = directory.lookup(matchArgument(call, 1), textArgument(call, 0, 'topic'));
      return { args: [found?.id ?? null] };
    },
    'wamp.subscription.match': (call) => {
      const found = directory.matching(textArgument(call, 0, 'topic')).map(({ id }) => id);
      return found.length > 0 ? pageResult(pageOf(found, idRange(call, maxListed))) : { args: [null] };
    },
    'wamp.subscription.get': (call) => ({ args: [subscriptionDetails(subscriptionArgument(directory, call))] }),
    'wamp.subscription.list_subscribers': (call) => {
      const ids = [...subscriptionArgument(directory, call)].map(({ id }) => id);
      return pageResult(pageOf(ids, idRange(call, maxListed)));
    },
    'wamp.subscription.count_subscribers': (call) => ({
      args: [subscriptionArgument(directory, call).size],
    }),
    'wamp.subscription.remove_subscriber': (call) => {
      const { id } = subscriptionArgument(directory, call);
      const member = memberArgument(members, call, 1);
      if (!revoke(member, id, textKeyword(call, 'reason'))) {
        throw new CallRefused(ErrorUri.NO_SUCH_SESSION, `session ${member.id} is not subscribed to subscription ${id}`);
      }
      return {};
    },
  };
}

/** The subscription that the first argument names. @throws CallRefused `wamp.error.no_such_subscription` */
export function subscriptionArgument(directory: SubscriptionDirectory, call: MetaCall): Subscription {
  const id = idArgument(call, 0, 'subscription');
  const found = directory.get(id);
  if (found) return found;
  throw new CallRefused(ErrorUri.NO_SUCH_SUBSCRIPTION, `no subscription of this realm has id ${id}`);
}
