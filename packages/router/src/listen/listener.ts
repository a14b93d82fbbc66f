import type { HeartbeatOptions, Transport } from '@wigwag/core/transport';
import type { Serializer } from '@wigwag/core/wire';
import type { ConnectionFacts } from '../access/facts.js';
import type { Clock } from '../clock.js';
import type { Addresses } from './addresses.js';
import type { Certificates } from './tls.js';

/** A listener that is up. */
export interface Listener {
  /**
   * Such as `ws://127.0.0.1:8080/ws`, `rs://127.0.0.1:8081` or `rs://unix:/run/wigwag.sock`. On another's server it is
   * known once that listens; before, its path stands here.
   */
  readonly url: string;
  /**
   * Reads the certificates of `tls` again, or takes others; connections that are open keep theirs.
   * @throws CertificateError, and it goes on with those that it had; TypeError where it has no TLS of its own
   */
  reload(certificates?: Certificates): Promise<void>;
  /** Takes no more connections; those that are open stay. Resolves when the port is free again. */
  close(): Promise<void>;
}

/** `reload` of a listener without TLS of its own. */
export async function nothingToReload(): Promise<void> {
  throw new TypeError('this listener has no certificates to reload: it was not given `tls`');
}

/** What a listener needs of its router. */
export interface ListenerContext {
  readonly serializers: readonly Serializer[];
  readonly maxMessageSize: number;
  /** Milliseconds that a peer may take to shake hands, where the transport has a handshake of its own. */
  readonly handshakeTimeout: number;
  /** Milliseconds that a peer may take to answer a close. */
  readonly closeTimeout: number;
  readonly heartbeat: HeartbeatOptions;
  readonly clock: Clock;
  /** Counts the connections of all listeners. */
  readonly addresses: Addresses;
  attach(transport: Transport, facts: ConnectionFacts): void;
  /** A listener has other certificates now. */
  reloaded(url: string): void;
  /** A connection was turned away before it could say anything in WAMP. */
  refused(peer: string, reason: string): void;
  /** Something went wrong that ends nothing. */
  report(error: unknown, where: string): void;
}
