import type { Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { SubscriptionDirectory } from '../broker/directory.js';
import type { History } from '../broker/history.js';
import type { Subscription } from '../broker/subscription.js';
import type { Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { readFilters } from './history-filters.js';
import type { HistoryPageLimits } from './history-page.js';
import { readPage } from './history-page.js';
import type { MetaProcedure } from './procedure.js';
import { CallRefused } from './procedure.js';
import { subscriptionArgument } from './subscription-procedures.js';

/** What these procedures read. */
export interface HistoryAccess {
  readonly directory: SubscriptionDirectory;
  readonly history: History;
  readonly limits: HistoryPageLimits;
  /** Why a session that has not subscribed may not do so, and so may not read what subscribers were told. */
  mayNotSubscribe(member: Member, subscription: Subscription): Refusal | undefined | Promise<Refusal | undefined>;
}

/** `wamp.subscription.get_events` (spec: "Event History"). */
export function historyProcedures(access: HistoryAccess): Readonly<Record<Uri, MetaProcedure>> {
  const { directory, history, limits } = access;
  return {
    'wamp.subscription.get_events': async (call) => {
      const subscription = subscriptionArgument(directory, call);
      const filters = readFilters(call, subscription);
      if (!subscription.has(call.caller)) {
        const refusal = await access.mayNotSubscribe(call.caller, subscription);
        if (refusal) throw new CallRefused(ErrorUri.NOT_AUTHORIZED, refusal.message);
      }
      return readPage(history, { subscription, filters, caller: call.caller, limits });
    },
  };
}
