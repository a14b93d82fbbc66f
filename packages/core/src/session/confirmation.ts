import { CONFIRMATIONS } from '../wire/features.js';
import { isDict } from '../wire/fields.js';
import type { Id, Uri } from '../wire/messages.js';
import type { AllRoles } from './all-roles.js';
import { requireFeature } from './link.js';
import type { PublishRequest } from './publisher.js';
import type { RoleSession } from './role-session.js';

/** Options of `publishConfirmed`. */
export interface ConfirmedRequest extends PublishRequest {
  /** Milliseconds that the router waits for confirmations at most; it may wait less. Default 10 000. */
  readonly timeout?: number;
}

/** Who has confirmed a publication. A subscriber does so once its handlers have run without an error. */
export interface Confirmation {
  readonly publication: Id;
  /** Sessions that were sent it. */
  readonly recipients: number;
  /** Of these, sessions that have confirmed it. */
  readonly confirmed: number;
  /** Of these, sessions that left before they had. */
  readonly left: number;
  /** Whether nothing more can change: each recipient has confirmed it, or has left. */
  readonly complete: boolean;
}

/**
 * Publishes, and waits until all who got it have confirmed it, or until time is up; then it resolves with what there is.
 * @throws FeatureNotSupportedError where the router does not count confirmations (nothing was sent), and as
 *   `Publisher.publish` and `Caller.call` do
 */
export async function awaitConfirmations(
  session: RoleSession<AllRoles>,
  topic: Uri,
  args: readonly unknown[] | undefined,
  { timeout = 10_000, ...options }: ConfirmedRequest = {},
): Promise<Confirmation> {
  requireFeature(session, 'broker', CONFIRMATIONS, 'publishConfirmed');
  const wanted = { ...options, acknowledge: true, x_acknowledged_delivery: true };
  const publication = (await session.roles.publisher.publish(topic, args, wanted)) ?? 0;
  const { signal } = options;
  const request = { kwargs: { timeout }, ...(signal && { signal }) };
  const answer = await session.roles.caller.call('wigwag.publication.confirmations', [publication], request);
  const { recipients = 0, confirmed = 0, left = 0, complete } = isDict(answer) ? answer : {};
  return {
    publication,
    recipients: Number(recipients),
    confirmed: Number(confirmed),
    left: Number(left),
    complete: complete === true,
  };
}
