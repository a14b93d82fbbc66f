import type { AllRoles } from '../session/all-roles.js';
import { EventsMissedError, FeatureNotSupportedError } from '../session/errors.js';
import type { Gap } from '../session/gap.js';
import { gapOf } from '../session/gap.js';
import type { HistoryRequest } from '../session/history.js';
import { readHistory } from '../session/history.js';
import type { ReceivedEvent } from '../session/received-event.js';
import type { RoleSession } from '../session/role-session.js';
import type { Handled } from '../session/run-handler.js';
import { runHandler } from '../session/run-handler.js';
import type { ListenRequest, Subscription } from '../session/subscriber.js';
import { tellMissed } from '../session/subscriber.js';
import { asError } from '../session/thrown.js';
import { announces } from '../wire/features.js';
import { RecentIds } from '../wire/ids.js';
import type { Uri } from '../wire/messages.js';
import type { Position } from './position.js';
import { after, infoOf, newsOf, placeOf } from './position.js';
import type { Recover } from './subscribing.js';
import type { Live } from './wanted.js';

/** Events that one question asks for. */
const PAGE = 500;
/** Live events that wait while older ones are asked for; beyond it they are asked for as well. */
const MAX_HELD = 10_000;
/** Publications that are remembered, to find where a page of another router's history goes on. */
const MAX_SEEN = 1_000;
/** Earlier sessions of this client, whose own publications are not for itself. */
const MAX_SESSIONS = 32;
/** Milliseconds that one question may take. */
const TIMEOUT = 30_000;

/** Who is told what. */
interface RecoveryListener {
  event(event: ReceivedEvent): Handled;
  missed(error: EventsMissedError): void;
}

/**
 * Fetches what was published while there was no session, wherever the router keeps it (docs/history.md):
 * `connect(url, { realm, recovery: recovery() })`.
 */
export function recovery(): Recover<AllRoles> {
  return ({ topic, handler, options: { onMissed, ...options }, recover, report }) => {
    const recovered = new Recovery(topic, recover, {
      event: (event) => runHandler(handler, event, report),
      missed: (error) => tellMissed(error, onMissed, report),
    });
    return {
      get recovers() {
        return recovered.active;
      },
      open: (session) => recovered.open(session, options),
    };
  };
}

/** A live event that waits, and who wants to know whether it was handled. */
interface Held {
  readonly event: ReceivedEvent;
  done(handled: Handled): void;
}

/** The subscription in one session. */
interface Run {
  readonly session: RoleSession<AllRoles>;
  subscription: Subscription | undefined;
  /** Live events that wait for older ones; `undefined` when there are no older ones to come. */
  held: Held[] | undefined;
  /** Some of what was held was let go, or a gap was told: ask once more. */
  again: boolean;
}

/**
 * The events of one subscription, without a gap from one session to the next: what was published in between is asked of
 * the router's history (spec: "Event History"), in order, before what comes live. The position is known from SUBSCRIBED
 * on. What cannot be had is told as an EventsMissedError; nothing is missed in silence.
 */
class Recovery {
  readonly #topic: Uri;
  readonly #required: boolean | undefined;
  readonly #listener: RecoveryListener;
  readonly #seen = new RecentIds(MAX_SEEN);
  readonly #sessions = new RecentIds(MAX_SESSIONS);
  /** `undefined` where nothing can be recovered. */
  #position: Position | undefined;
  #run: Run | undefined;

  /** @param required true: or else subscribing fails; undefined: where the router can; false: never */
  constructor(topic: Uri, required: boolean | undefined, listener: RecoveryListener) {
    this.#topic = topic;
    this.#required = required;
    this.#listener = listener;
  }

  /** Whether what is published while there is no session will be there afterwards. */
  get active(): boolean {
    return this.#position !== undefined;
  }

  /**
   * Subscribes in a new session. Resolves when the position is known; older events may still be on their way then.
   * @throws as `Session.subscribe`; FeatureNotSupportedError where recovery is required and the router cannot
   */
  async open(session: RoleSession<AllRoles>, options: ListenRequest): Promise<Live> {
    this.#abandonHeld();
    const first = this.#position === undefined;
    const possible = options.nkey === undefined && announces(session.details, 'broker', 'event_history');
    if (first && this.#required && !possible) throw notPossible(this.#topic, 'the router keeps no events for it');
    const run: Run = { session, subscription: undefined, held: first ? undefined : [], again: false };
    this.#run = run;
    this.#sessions.add(session.id);
    if (first && possible && this.#required !== false) this.#position = { publication: undefined, place: undefined };
    let subscription: Subscription;
    try {
      subscription = await session.roles.subscriber.listen(this.#topic, options, {
        event: (event) => this.#receive(run, event),
        gap: (gap, topic) => this.#gap(run, gap, topic),
      });
      run.subscription = subscription;
      if (first && this.#position) await this.#locate(run, subscription);
    } catch (error) {
      // Where nothing was received yet, there is nothing to go on from.
      if (first) this.#position = undefined;
      throw error;
    }
    if (!first) void this.#catchUp(run);
    return {
      id: subscription.id,
      end: async () => {
        if (this.#run === run) this.#run = undefined;
        await subscription.unsubscribe();
      },
    };
  }

  /** Where the history stands now, for events that come later. */
  async #locate({ session }: Run, subscription: Subscription): Promise<void> {
    let why: Error | undefined;
    try {
      const page = await readHistory(session, subscription, { reverse: true, limit: 1, timeout: TIMEOUT });
      const info = infoOf(page);
      if (info?.covered === false)
        why = notPossible(this.#topic, 'the router does not keep the events of all its topics');
      // Events that came meanwhile are ahead of the answer, or in it.
      const last = page.events.at(-1)?.publication;
      if (last !== undefined) this.#seen.add(last);
      const publication = this.#position?.publication ?? last;
      this.#position = { publication, place: this.#position?.place ?? info?.end };
    } catch (error) {
      why = asError(error);
    }
    if (!why) return;
    if (session.state.type !== 'joined') throw why;
    this.#position = undefined;
    if (!this.#required) return;
    await subscription.unsubscribe();
    throw why;
  }

  #receive(run: Run, event: ReceivedEvent): Handled {
    if (this.#run !== run) return false;
    if (!run.held) return this.#deliver(event);
    if (run.held.length >= MAX_HELD) {
      this.#abandonHeld();
      run.held = [];
      run.again = true;
    }
    const { held } = run;
    return new Promise((done) => held.push({ event, done }));
  }

  /** The router could not send some: those that it keeps are asked for. */
  #gap(run: Run, { count, kept, reason }: Gap, topic: Uri): void {
    if (this.#run !== run) return;
    const lost = this.#position ? count - kept : count;
    if (lost > 0) this.#missed(topic, `the router could not send them (${reason})`, { count: lost, uri: reason });
    if (!this.#position || kept === 0) return;
    run.again = true;
    if (run.held) return;
    run.held = [];
    void this.#catchUp(run);
  }

  /** Asks for what came behind the position until it meets what is held, or the end. */
  async #catchUp(run: Run): Promise<void> {
    const { session, subscription } = run;
    if (!subscription) return;
    try {
      for (let more = true; more || run.again; ) {
        const position = this.#position;
        if (!position) break;
        run.again = false;
        const page = await readHistory(session, subscription, this.#question(position));
        if (this.#isOver(run)) return;
        const {
          events,
          missed,
          position: start,
        } = newsOf(page, position, ({ publication }) => this.#seen.has(publication));
        this.#position = start;
        if (missed !== undefined) this.#missed(this.#topic, missed);
        const held = new Set(run.held?.map(({ event }) => event.publication));
        for (const event of events) {
          // From here on the events that are held are the same ones.
          if (held.has(event.publication)) return this.#flush(run);
          this.#deliver(event);
          if (this.#isOver(run)) return;
        }
        more = events.length > 0 && (infoOf(page)?.more ?? page.events.length >= PAGE);
      }
    } catch (error) {
      // The next session goes on from the same position.
      if (this.#isOver(run)) return;
      this.#missed(this.#topic, "the router's history could not be read", { cause: error });
      this.#position = undefined;
    }
    this.#flush(run);
  }

  /** Whether nobody is to hear more of it: it was given up or opened anew, or this side has left the session or lost it. */
  #isOver(run: Run): boolean {
    return this.#run !== run || !run.session.isOpen;
  }

  #question({ publication, place }: Position): HistoryRequest {
    return {
      limit: PAGE,
      timeout: TIMEOUT,
      ...(publication !== undefined && { from_publication: publication }),
      ...(place && { _not_from: this.#sessions.list() }),
    };
  }

  /** Hands out what was held, but for what came out of the history too. */
  #flush(run: Run): void {
    const { held = [] } = run;
    run.held = undefined;
    for (const { event, done } of held) {
      if (this.#isOver(run)) return;
      done(this.#seen.has(event.publication) || this.#deliver(event));
    }
  }

  #deliver(event: ReceivedEvent): Handled {
    // Where nothing is recovered nothing can come twice.
    if (this.#position) {
      this.#seen.add(event.publication);
      this.#position = after(this.#position, event);
    }
    const gap = gapOf(event.details);
    if (!gap) return this.#listener.event(event);
    this.#missed(event.topic, `the router could not send it (${gap.reason})`, { count: 1, uri: gap.reason });
    return false;
  }

  /** Held events that are kept will be asked for; the others are gone. */
  #abandonHeld(): void {
    const held = this.#run?.held ?? [];
    const lost = this.#position?.place ? held.filter(({ event }) => !placeOf(event.details)).length : 0;
    if (lost > 0)
      this.#missed(this.#topic, 'they came while older ones were asked for, and are not kept', { count: lost });
  }

  #missed(topic: Uri, why: string, more?: { count?: number; uri?: Uri; cause?: unknown }): void {
    this.#listener.missed(new EventsMissedError(topic, why, more));
  }
}

function notPossible(topic: Uri, why: string): FeatureNotSupportedError {
  return new FeatureNotSupportedError(`the subscription to ${topic} cannot be recovered after a reconnect: ${why}`);
}
