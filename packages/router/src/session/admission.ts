import type { Call, Publish, Register, Subscribe, Uri } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import type { Member } from './member.js';
import type { RoutedMessage } from './state.js';

/** Why a request is not carried out; one that can be answered is answered with ERROR and these. */
export interface Refusal {
  /** The error's URI. */
  readonly uri: Uri;
  /** For people: what was wrong and what to do. */
  readonly message: string;
}

/** What a session asks for, and what may be denied. */
export type AdmissibleMessage = Publish | Subscribe | Call | Register;

/**
 * The port through which everything that a session asks for must pass: `undefined` admits. While a promise is pending
 * that session's later messages wait, in order; other sessions do not. One that throws or rejects refuses, with
 * `wamp.error.authorization_failed`.
 */
export type Admit = (member: Member, message: AdmissibleMessage) => Refusal | undefined | Promise<Refusal | undefined>;

export function isAdmissible(message: RoutedMessage): message is AdmissibleMessage {
  const { code } = message;
  return code === Code.PUBLISH || code === Code.CALL || code === Code.SUBSCRIBE || code === Code.REGISTER;
}
