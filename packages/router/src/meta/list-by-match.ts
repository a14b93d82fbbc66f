import type { Id, Match } from '@wigwag/core/wire';
import type { Range } from './page.js';
import { pageOf, pageResult } from './page.js';
import type { MetaResult } from './procedure.js';

interface Listed {
  readonly id: Id;
  readonly match: Match;
}

/** SubscriptionLists and RegistrationLists: ids for each matching policy; a page counts those of all three together. */
export function listByMatch(directory: DirectoryOf<Listed>, range: Range<Id>): MetaResult {
  const page = pageOf(directory.ids(), range);
  const lists: Record<Match, Id[]> = { exact: [], prefix: [], wildcard: [] };
  for (const id of page.entries) {
    const listed = directory.get(id);
    if (listed) lists[listed.match].push(id);
  }
  return pageResult(page, lists);
}

interface DirectoryOf<T> {
  /** The ids of all there are. */
  ids(): Iterable<Id>;
  get(id: Id): T | undefined;
}
