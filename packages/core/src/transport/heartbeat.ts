/**
 * How silent peers are found out. Milliseconds. Over RawSocket only those are pinged that are known to take that:
 * Autobahn|Python, for one, hangs up on pings. A router watches the others by TCP's keep-alive, which starts after
 * `interval`, and a client asks by a request.
 */
export interface HeartbeatOptions {
  /** A peer that has sent nothing for so long is sent a ping. Default 20 000; 0 switches the heartbeat off. */
  readonly interval: number;
  /** A peer that answers a ping with nothing at all for so long is dead. Default 10 000. */
  readonly timeout: number;
}

/** Milliseconds; who only asks when it is told to loads nothing else of this. */
export const DEFAULT_TIMEOUT = 10_000;

/** The defaults of `HeartbeatOptions`. */
export const defaultHeartbeat: HeartbeatOptions = { interval: 20_000, timeout: DEFAULT_TIMEOUT };

/** What tells whether the peer of a connection lives. */
export interface Vitals {
  /** Grows with everything that is received, answers to pings included. */
  readonly received: number;
  /** Bytes that the host's network stack has taken so far. */
  readonly taken: number;
  /** Whether bytes are left that it has not taken: then, if it takes some, the peer must be reading. */
  readonly backlog: boolean;
}

/** What can be seen of a connection at one moment. */
export interface Sighting extends Vitals {
  readonly now: number;
  /** Whether silence means nothing, as when this side has stopped reading. */
  readonly paused: boolean;
}

/** What is remembered of a connection between two looks at it. */
export interface Pulse {
  readonly since: number;
  readonly received: number;
  readonly taken: number;
  readonly backlog: boolean;
  readonly pinged: boolean;
}

/** What follows from a look: nothing, a ping, or the end of the connection. */
export type Beat = 'rest' | 'ping' | 'dead';

/** The pulse of a connection that has just opened, or just been heard. */
export function firstPulse({ now, received, taken, backlog }: Sighting): Pulse {
  return { since: now, received, taken, backlog, pinged: false };
}

/**
 * Compares a connection with what it was. Bytes that arrived are a sign of life, whatever they are; so are bytes
 * that the peer took off a backlog.
 */
export function beat(pulse: Pulse, seen: Sighting, { interval, timeout }: HeartbeatOptions): readonly [Pulse, Beat] {
  const { now, received, taken, backlog, paused } = seen;
  const reads = pulse.backlog && taken !== pulse.taken;
  if (paused || reads || received !== pulse.received) return [firstPulse(seen), 'rest'];
  const silence = now - pulse.since;
  // Nothing has changed in most of those who rest, and there may be very many of them.
  const same = taken === pulse.taken && backlog === pulse.backlog ? pulse : { ...pulse, taken, backlog };
  if (!pulse.pinged) return silence < interval ? [same, 'rest'] : [{ ...same, since: now, pinged: true }, 'ping'];
  return [same, silence < timeout ? 'rest' : 'dead'];
}
