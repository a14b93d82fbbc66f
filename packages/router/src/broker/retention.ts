import type { Actor, Publication } from '../fabric/fabric.js';
import { eligibility, isRestricted, restrictionsOf } from './eligibility.js';

/** Whom a group of events with the same lists leaves unserved: nobody, or the one who published the newest of them. */
type Unserved = Actor | 'nobody';

/**
 * Of one topic's retained events, newest first, those that somebody may still get: a subscriber gets the newest one
 * that it would have received (spec: "Event Retention"). Events with the same lists of who may receive them supersede
 * each other; as the newest is not for its own publisher (`exclude_me`), the one that its publisher would get stays
 * behind it. What everybody would get hides all that is older.
 * @param limit how many at most; the oldest event for some goes first, so that what all would get stays
 */
export function stillNeeded(events: readonly Publication[], limit: number): Publication[] {
  const kept: Publication[] = [];
  const groups = new Map<string, Unserved>();
  for (const event of events) {
    const lists = isRestricted(event) ? restrictionsOf(event) : '';
    const forAll = groups.get('');
    // All but one are served by a newer event: this one matters only to that one.
    const unserved = forAll ?? groups.get(lists);
    if (unserved === 'nobody') {
      if (forAll) break;
      continue;
    }
    if (unserved) {
      if (!wouldReceive(event, unserved)) continue;
      kept.push(event);
      if (forAll) break;
      groups.set(lists, 'nobody');
      // A restricted event that also serves the one left out says nothing of what is for all.
      continue;
    }
    kept.push(event);
    groups.set(lists, event.options.exclude_me === false ? 'nobody' : (event.publisher ?? 'nobody'));
  }
  while (kept.length > limit) {
    const oldest = kept.map(isRestricted).lastIndexOf(true);
    kept.splice(oldest < 0 ? kept.length - 1 : oldest, 1);
  }
  return kept;
}

function wouldReceive(event: Publication, { id, authid, authrole }: Actor): boolean {
  return eligibility(event)({ id, identity: { authid, authrole } });
}
