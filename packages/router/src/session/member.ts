import type { Dict, Encoded, Id, RouterMessage, Serializer, Uri } from '@wigwag/core/wire';
import type { Identity } from './identity.js';

/** A joined session as its realm sees it. */
export interface Member {
  readonly id: Id;
  readonly identity: Identity;
  /** HELLO.Details: what the client announced. The roles may be those of other sessions too, and are frozen then. */
  readonly details: Dict;
  readonly serializer: Serializer;
  /** Bytes of the longest message that the peer takes: a longer one must not be sent to it. */
  readonly maxSend: number;
  /** `undefined` before it joined. */
  readonly realm: Uri | undefined;
  /** The connection, for logs. */
  readonly peer: string;
  /** Whether the client is surely on this machine (`Transport.local`). */
  readonly local: boolean;
  /**
   * Does nothing once the session has ended. May end the session, when too much waits to be read.
   * @throws EncodeError, ProtocolError when the payload has no form in this session's serializer, or the message is
   * longer than `maxSend` (`MessageTooLongError`); nothing was sent
   */
  send(message: RouterMessage): void;
  /**
   * As `send`, for one message of a stream: it never ends the session.
   * @returns false, and sends nothing, where more would wait to be read than a stream may let wait
   */
  sendPart(message: RouterMessage): boolean;
  /** Whether half of the room that events have is free; true once the session has ended. */
  readonly hasRoom: boolean;
  /**
   * As `send`, for an event that was encoded for several members of one serializer; it is no longer than `maxSend`.
   * @returns false when it was dropped, because too much waits to be read and events may be dropped for that
   */
  deliver(event: Encoded): boolean;
  /** Ends the session with GOODBYE. @param message for people; left off where there is none */
  close(reason: Uri, message?: string): void;
}
