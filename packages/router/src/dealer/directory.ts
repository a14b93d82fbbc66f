import type { Id, Match, Uri } from '@wigwag/core/wire';
import type { Registration } from './registrations.js';

/** What may be asked about the registrations of one realm; changes nothing. */
export interface RegistrationDirectory {
  /** The ids of all there are. */
  ids(): Iterable<Id>;
  get(id: Id): Registration | undefined;
  /** The registration with exactly this policy and procedure or pattern. */
  lookup(match: Match, uri: Uri): Registration | undefined;
  /** The one that a call of `procedure` goes to. */
  best(procedure: Uri): Registration | undefined;
}
