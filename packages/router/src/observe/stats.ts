import type { Uri } from '@wigwag/core/wire';

/** What happened in one realm since the router started. */
export class Counters {
  /** Publications accepted. */
  published = 0;
  /** EVENTs sent. */
  delivered = 0;
  /** Publications refused. */
  refusedPublishes = 0;
  /** Requests that the session was not authorized to make, publications among them. */
  denied = 0;
  /** EVENTs not sent because the subscriber's serializer cannot carry their payload. */
  withheld = 0;
  /** EVENTs not sent because the subscriber reads too slowly. */
  overflowed = 0;
  /** CALLs routed to a callee. */
  called = 0;
  /** Sessions dropped at their outbound cap. */
  dropped = 0;
  /** Sessions that have joined. */
  joined = 0;
}

/** A realm at one moment: what is there now, and what has happened since the start. */
export interface RealmStats extends Readonly<Counters> {
  readonly sessions: number;
  readonly subscriptions: number;
  readonly registrations: number;
  /** Calls that await their result, those that wait for a callee included. */
  readonly calls: number;
  /** Calls that wait for a callee that takes no more at a time (REGISTER.Options.concurrency). */
  readonly queuedCalls: number;
  /** Topics with a retained event. */
  readonly retained: number;
  /** Events that are kept in the history. */
  readonly stored: number;
  /** Publications whose confirmations can be asked for. */
  readonly unconfirmed: number;
  /** Testaments that sessions have made. */
  readonly testaments: number;
  /** Topics, procedures and errors that sessions have described. */
  readonly definitions: number;
  /** Bytes that wait for clients to read them. */
  readonly queuedBytes: number;
}

/** A router at one moment; the numbers of its realms added up, and what belongs to none of them. */
export interface RouterStats extends RealmStats {
  /** Open connections, whether joined or not. */
  readonly connections: number;
  /** Sessions refused since the start. */
  readonly refusedSessions: number;
  /** Connections turned away since the start, before they could say HELLO. */
  readonly refusedConnections: number;
  /** Sessions ended for breaking the protocol since the start. */
  readonly violations: number;
  readonly realms: Readonly<Record<Uri, RealmStats>>;
}

/** Adds the numbers of several realms. */
export function total(realms: readonly RealmStats[]): RealmStats {
  const sum = (pick: (stats: RealmStats) => number) => realms.reduce((result, stats) => result + pick(stats), 0);
  return {
    sessions: sum((stats) => stats.sessions),
    subscriptions: sum((stats) => stats.subscriptions),
    registrations: sum((stats) => stats.registrations),
    calls: sum((stats) => stats.calls),
    queuedCalls: sum((stats) => stats.queuedCalls),
    retained: sum((stats) => stats.retained),
    stored: sum((stats) => stats.stored),
    unconfirmed: sum((stats) => stats.unconfirmed),
    testaments: sum((stats) => stats.testaments),
    definitions: sum((stats) => stats.definitions),
    queuedBytes: sum((stats) => stats.queuedBytes),
    published: sum((stats) => stats.published),
    delivered: sum((stats) => stats.delivered),
    refusedPublishes: sum((stats) => stats.refusedPublishes),
    denied: sum((stats) => stats.denied),
    withheld: sum((stats) => stats.withheld),
    overflowed: sum((stats) => stats.overflowed),
    called: sum((stats) => stats.called),
    dropped: sum((stats) => stats.dropped),
    joined: sum((stats) => stats.joined),
  };
}
