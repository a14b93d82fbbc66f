import type { Transport } from '@wigwag/core/transport';
import type { Serializer } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { HeartbeatOptions } from './heartbeat.js';

/** A listener that is up. */
export interface Listener {
  /**
   * Such as `ws://127.0.0.1:8080/ws`, `rs://127.0.0.1:8081` or `rs://unix:/run/wigwag.sock`. On another's server it is
   * known once that listens; before, its path stands here.
   */
  readonly url: string;
  /** Takes no more connections; those that are open stay. Resolves when the port is free again. */
  close(): Promise<void>;
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
  attach(transport: Transport): void;
  /** Something went wrong that ends nothing. */
  report(error: unknown, where: string): void;
}
