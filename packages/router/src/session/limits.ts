import type { PaceLimits } from './pace.js';
import type { UriLimits } from './uris.js';

/** The bounds of one session; `Limits` in `options.ts` says what each means. */
export interface SessionLimits extends PaceLimits {
  readonly maxMessageSize: number;
  readonly maxHelloSize: number;
  readonly maxOutbound: number;
  readonly maxStreamOutbound: number;
  readonly maxInbound: number;
  readonly maxPause: number;
  readonly refusalDelay: number;
  readonly handshakeTimeout: number;
  readonly goodbyeTimeout: number;
  readonly uris: UriLimits;
}
