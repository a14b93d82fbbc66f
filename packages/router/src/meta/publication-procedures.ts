import type { Id, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Confirmations, DeliveryState } from '../broker/confirmations.js';
import type { Clock } from '../clock.js';
import { idArgument, millisecondsKeyword } from './arguments.js';
import type { MetaCall, MetaProcedure, MetaResult } from './procedure.js';
import { CallRefused } from './procedure.js';

/** Questions about one publication that may wait for their answer at a time. */
const MAX_WAITING = 16;

/** What these procedures read. */
export interface PublicationAccess {
  readonly confirmations: Confirmations;
  readonly clock: Clock;
  /** Milliseconds that a question may wait at most. */
  readonly confirmationTime: number;
}

/**
 * `wigwag.publication.confirmations` (ours): how many of those who were sent a publication have confirmed it. With
 * `timeout`, in milliseconds, it is answered when all have, or at the latest then.
 */
export function publicationProcedures(access: PublicationAccess): Readonly<Record<Uri, MetaProcedure>> {
  const waiting = new Map<Id, number>();
  return {
    'wigwag.publication.confirmations': (call) => {
      const publication = idArgument(call, 0, 'publication');
      const timeout = Math.min(millisecondsKeyword(call, 'timeout') ?? 0, access.confirmationTime);
      const state = access.confirmations.stateOf(call.caller, publication);
      if (!state) throw unknown(publication);
      if (state.complete || timeout === 0) return answer(state);
      const others = waiting.get(publication) ?? 0;
      if (others >= MAX_WAITING) {
        throw new CallRefused(ErrorUri.LIMIT_EXCEEDED, `${MAX_WAITING} questions about ${publication} wait already`);
      }
      waiting.set(publication, others + 1);
      return settled(access, call, publication, timeout, state).finally(() => {
        const left = (waiting.get(publication) ?? 1) - 1;
        if (left > 0) waiting.set(publication, left);
        else waiting.delete(publication);
      });
    },
  };
}

/** @param state the answer where it is forgotten meanwhile, which is when its publisher has left or time is over */
function settled(
  { confirmations, clock }: PublicationAccess,
  { caller }: MetaCall,
  publication: Id,
  timeout: number,
  state: DeliveryState,
): Promise<MetaResult> {
  return new Promise((resolve) => {
    const done = () => {
      stopTimer();
      stopListening();
      resolve(answer(confirmations.stateOf(caller, publication) ?? state));
    };
    const stopTimer = clock.after(timeout, done);
    const stopListening = confirmations.onSettled(caller, publication, done);
  });
}

function answer(state: DeliveryState): MetaResult {
  return { args: [state] };
}

function unknown(publication: Id): CallRefused {
  const why = 'this session did not publish it with acknowledge and x_acknowledged_delivery, or it was too long ago';
  return new CallRefused(ErrorUri.NO_SUCH_PUBLICATION, `${publication}: ${why}`);
}
