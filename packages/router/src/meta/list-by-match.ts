import type { Id, Match } from '@wigwag/core/wire';

/** SubscriptionLists and RegistrationLists: ids for each matching policy. */
export function listByMatch(all: Iterable<{ readonly id: Id; readonly match: Match }>): Record<Match, Id[]> {
  const lists: Record<Match, Id[]> = { exact: [], prefix: [], wildcard: [] };
  for (const { id, match } of all) lists[match].push(id);
  return lists;
}
