import type { RouterDecoder } from '../wire/decode-router.js';
import type { Role as RoleName } from '../wire/features.js';
import type { RoleMessage } from './state.js';

/** One role of a session (spec: "Roles"), as the session sees it. A client has the code of those that it plays. */
export interface Role {
  /** What HELLO announces of it: no more than is implemented. */
  readonly features: readonly string[];
  /** The messages that a router sends to who plays it. */
  readonly decoders: readonly RouterDecoder[];
  /** Takes a message; false for one that is not for this role, or answers a request. @throws ProtocolError */
  receive?(message: RoleMessage): boolean;
  /** The session has ended. */
  end?(error: Error): void;
}

/** The roles that a session plays. */
export type Roles = Readonly<Partial<Record<RoleName, Role>>>;
