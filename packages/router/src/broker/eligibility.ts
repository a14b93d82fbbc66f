import type { Id } from '@wigwag/core/wire';
import type { Publication } from '../fabric/fabric.js';
import type { Identity } from '../session/identity.js';

/** Of a subscriber, what decides whether it gets an event. */
export interface Candidate {
  readonly id: Id;
  readonly identity: Pick<Identity, 'authid' | 'authrole'>;
}

type Test = (candidate: Candidate) => boolean;
const everybody: Test = () => true;

/**
 * Who may receive a publication among those subscribed (spec: "Subscriber Black- and Whitelisting", "Publisher
 * Exclusion"). Lists become sets once, whatever the number of subscribers.
 */
export function eligibility(publication: Publication): Test {
  const { options, publisher } = publication;
  const listed = isRestricted(publication) ? whiteAndBlackLists(publication) : everybody;
  if (options.exclude_me === false || !publisher) return listed;
  return (candidate) => candidate.id !== publisher.id && listed(candidate);
}

/** Whether the publisher named who may or may not receive it. */
export function isRestricted({ options }: Publication): boolean {
  return (
    options.eligible !== undefined ||
    options.eligible_authid !== undefined ||
    options.eligible_authrole !== undefined ||
    options.exclude !== undefined ||
    options.exclude_authid !== undefined ||
    options.exclude_authrole !== undefined
  );
}

/** The lists of who may and may not receive it, as text that is the same for the same lists. */
export function restrictionsOf({ options }: Publication): string {
  return JSON.stringify([
    options.eligible,
    options.eligible_authid,
    options.eligible_authrole,
    options.exclude,
    options.exclude_authid,
    options.exclude_authrole,
  ]);
}

function whiteAndBlackLists({ options }: Publication): Test {
  const tests: Test[] = [];
  const list = <K>(keys: readonly K[] | undefined, keyOf: (candidate: Candidate) => K, wanted: boolean) => {
    if (!keys) return;
    const set = new Set(keys);
    tests.push((candidate) => set.has(keyOf(candidate)) === wanted);
  };
  list(options.eligible, ({ id }) => id, true);
  list(options.eligible_authid, ({ identity }) => identity.authid, true);
  list(options.eligible_authrole, ({ identity }) => identity.authrole, true);
  list(options.exclude, ({ id }) => id, false);
  list(options.exclude_authid, ({ identity }) => identity.authid, false);
  list(options.exclude_authrole, ({ identity }) => identity.authrole, false);
  return (candidate) => tests.every((test) => test(candidate));
}
