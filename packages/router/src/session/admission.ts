import type { Call, Publish, Register, Subscribe, Uri } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import type { CallProcedure } from '../access/procedure-caller.js';
import type { DisclosureRule } from '../disclosure.js';
import type { Member } from './member.js';
import type { RoutedMessage } from './state.js';

/** Why a request is not carried out; one that can be answered is answered with ERROR and these. */
export interface Refusal {
  /** The error's URI. */
  readonly uri: Uri;
  /** For people: what was wrong and what to do. */
  readonly message: string;
}

/** What a request that is admitted is carried out with. */
export interface Grant {
  /** Whether who asks is named to who sees it. Default: what the router's options say. */
  readonly disclosure?: DisclosureRule;
}

/** An answer of the admission port; `undefined` admits, with nothing more to say. */
export type Admission = Grant | Refusal | undefined;

/** A message that was admitted, with what was said about it. */
export type Admitted<M> = M & Grant;

/** What a session asks for, and what may be denied. */
export type AdmissibleMessage = Publish | Subscribe | Call | Register;

/**
 * The port through which everything that a session asks for must pass; `call` asks a procedure of the application.
 * While a promise is pending that session's later messages wait, in order; other sessions do not. One that throws or
 * rejects refuses, with `wamp.error.authorization_failed`.
 */
export type Admit = (member: Member, message: AdmissibleMessage, call: CallProcedure) => Admission | Promise<Admission>;

/** The port as sessions know it. */
export type Stage = (member: Member, message: AdmissibleMessage) => Admission | Promise<Admission>;

export function isAdmissible(message: RoutedMessage): message is AdmissibleMessage {
  const { code } = message;
  return code === Code.PUBLISH || code === Code.CALL || code === Code.SUBSCRIBE || code === Code.REGISTER;
}

export function isRefused(admission: Admission): admission is Refusal {
  return admission !== undefined && 'uri' in admission;
}

/** What is refused of an answer, whatever else it says. */
export function refusalOf(answer: Admission | Promise<Admission>): Refusal | undefined | Promise<Refusal | undefined> {
  if (answer instanceof Promise) return answer.then((settled) => (isRefused(settled) ? settled : undefined));
  return isRefused(answer) ? answer : undefined;
}

/** Two stages as one: the second is asked for what the first admits. A disclosure that it names counts. */
export function both(first: Admit, second: Admit): Admit {
  return (member, message, call) => {
    const then = (settled: Admission) => andThen(settled, () => second(member, message, call));
    const answer = first(member, message, call);
    return answer instanceof Promise ? answer.then(then) : then(answer);
  };
}

function andThen(first: Admission, next: () => Admission | Promise<Admission>): Admission | Promise<Admission> {
  if (isRefused(first)) return first;
  const answer = next();
  if (answer instanceof Promise) return answer.then((settled) => settled ?? first);
  return answer ?? first;
}
