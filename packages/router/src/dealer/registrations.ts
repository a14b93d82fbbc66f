import type { Id, Invoke, Match, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import { PatternIndex } from '../matching/pattern-index.js';
import type { Refusal } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { SmallSet } from '../small-set.js';
import type { Callee } from './callee.js';
import type { RegistrationDirectory } from './directory.js';
import type { DealerLimits } from './limits.js';
import type { QueuedCall } from './queue.js';

/** One procedure or pattern and those who serve it, in the order in which they came; they share its id. */
export interface Registration {
  readonly id: Id;
  readonly uri: Uri;
  readonly match: Match;
  readonly invoke: Invoke;
  readonly callees: Callee[];
  /** When it came into being, in milliseconds since 1970. */
  readonly created: number;
  /** Where in `callees` the next turn begins, for `roundrobin` and `load`. */
  turns: number;
  /** Counts how often `callees` has changed. */
  revision: number;
  /** Calls that none of them has a place free for, in the order in which they came. */
  readonly waiting: QueuedCall[];
}

/** Told when a registration comes into being and when it ends. */
export interface RegistrationObserver {
  created(registration: Registration): void;
  removed(registration: Registration): void;
  /** A session is no callee any more; `removed` came before, where it was the last. */
  unregistered(member: Member, registration: Registration): void;
}

/** Who serves what in one realm (spec: "Registering and Unregistering", "Shared Registration"). */
export class Registrations implements RegistrationDirectory {
  readonly #index = new PatternIndex<Registration>();
  readonly #byId = new Map<Id, Registration>();
  readonly #byMember = new Map<Member, SmallSet<Registration>>();

  constructor(
    private readonly drawId: () => Id,
    private readonly observer: RegistrationObserver,
    private readonly limits: Pick<DealerLimits, 'maxRegistrations' | 'maxSurveyCallees'>,
  ) {}

  get size(): number {
    return this.#byId.size;
  }

  /**
   * Those who give way to `callee`, because it forces its registration and every one of them consented to that by
   * forcing its own (spec: "REGISTER", REGISTER.Options.force_reregister); nobody where only one did not, or where it
   * serves the procedure itself.
   */
  yielding(callee: Callee, uri: Uri, match: Match): readonly Callee[] {
    const present = this.#index.get(match, uri)?.callees ?? [];
    const gives = (other: Callee) => other.replaceable && other.member !== callee.member;
    return callee.replaceable && present.every(gives) ? [...present] : [];
  }

  /** @returns why it cannot be */
  add(callee: Callee, uri: Uri, match: Match, invoke: Invoke): Registration | Refusal {
    const existing = this.#index.get(match, uri);
    const taken = existing && whyTaken(existing, callee, invoke);
    if (taken) return { uri: ErrorUri.PROCEDURE_ALREADY_EXISTS, message: `${uri}: ${taken}` };
    const own = this.#byMember.get(callee.member) ?? new SmallSet();
    if (own.size >= this.limits.maxRegistrations) {
      const message = `${uri}: this session has ${own.size} registrations, and the router allows no more (maxRegistrations)`;
      return { uri: ErrorUri.LIMIT_EXCEEDED, message };
    }
    if (invoke === 'all' && existing && existing.callees.length >= this.limits.maxSurveyCallees) {
      const message = `${uri}: ${existing.callees.length} callees share it, and the router lets a survey go to no more (maxSurveyCallees)`;
      return { uri: ErrorUri.LIMIT_EXCEEDED, message };
    }
    const registration = existing ?? this.#create(uri, match, invoke);
    registration.callees.push(callee);
    registration.revision++;
    own.add(registration);
    this.#byMember.set(callee.member, own);
    return registration;
  }

  /** @returns whether `member` served it */
  remove(member: Member, id: Id): boolean {
    const own = this.#byMember.get(member);
    const registration = this.#byId.get(id);
    if (!own || !registration || !own.delete(registration)) return false;
    if (own.size === 0) this.#byMember.delete(member);
    this.#release(member, registration);
    this.observer.unregistered(member, registration);
    return true;
  }

  /** @returns the registrations that `member` was a callee of; some of them may have none any more */
  removeAll(member: Member): Iterable<Registration> {
    const own = this.#byMember.get(member) ?? [];
    this.#byMember.delete(member);
    for (const registration of own) this.#release(member, registration);
    for (const registration of own) this.observer.unregistered(member, registration);
    return own;
  }

  /** The registration that a call of `procedure` goes to. */
  best(procedure: Uri): Registration | undefined {
    return this.#index.best(procedure);
  }

  ids(): Iterable<Id> {
    return this.#byId.keys();
  }

  get(id: Id): Registration | undefined {
    return this.#byId.get(id);
  }

  lookup(match: Match, uri: Uri): Registration | undefined {
    return this.#index.get(match, uri);
  }

  #create(uri: Uri, match: Match, invoke: Invoke): Registration {
    const registration: Registration = {
      id: this.drawId(),
      uri,
      match,
      invoke,
      callees: [],
      created: Date.now(),
      turns: 0,
      revision: 0,
      waiting: [],
    };
    this.#index.set(match, uri, registration);
    this.#byId.set(registration.id, registration);
    this.observer.created(registration);
    return registration;
  }

  #release(member: Member, registration: Registration): void {
    const at = registration.callees.findIndex((callee) => callee.member === member);
    if (at >= 0) registration.callees.splice(at, 1);
    registration.revision++;
    // The turn stays with the callee that it would have come to.
    if (at >= 0 && at < registration.turns) registration.turns--;
    if (registration.callees.length > 0) return;
    this.#index.delete(registration.match, registration.uri);
    this.#byId.delete(registration.id);
    this.observer.removed(registration);
  }
}

/** Why the procedure is not open to `callee`, for people. */
function whyTaken({ callees, invoke: shared }: Registration, callee: Callee, invoke: Invoke): string | undefined {
  if (callees.some(({ member }) => member === callee.member)) return 'this session serves it already';
  const hint = callee.replaceable ? ', and not every callee consented to be replaced (force_reregister)' : '';
  if (shared === 'single') return `another session serves it, alone${hint}`;
  if (shared === invoke) return undefined;
  return `it is shared with invoke: "${shared}", and this session asked for "${invoke}"${hint}`;
}
