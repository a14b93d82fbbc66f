import type { Id, Setting, Uri } from '@wigwag/core/wire';
import { amount, describe, group } from '@wigwag/core/wire';
import type { Clock } from '../../clock.js';
import { systemClock } from '../../clock.js';
import type { DisclosureRule } from '../../disclosure.js';
import type { Admission, Admit } from '../../session/admission.js';
import type { Identity } from '../../session/identity.js';
import type { Member } from '../../session/member.js';
import { clockSetting, requireSettings } from '../../settings.js';
import type { CallProcedure } from '../procedure-caller.js';
import type { Request } from './action.js';
import { requestOf } from './action.js';
import type { CacheOptions } from './cache.js';
import { Cache } from './cache.js';
import { notAuthorized } from './denied.js';

/** Who asks for what. */
export interface AccessQuestion extends Request, Identity {
  readonly realm: Uri;
  /** The session's id. */
  readonly session: Id;
  /** Calls a procedure of the application; its result's first argument. */
  readonly call: CallProcedure;
}

/** Yes, no, or one of the two with more to say. */
export type AccessAnswer =
  | boolean
  | {
      readonly allow: boolean;
      /** Whether who acts is named to who sees it. Default: what the router's options say. */
      readonly disclosure?: DisclosureRule | undefined;
      /** Why not, for people. */
      readonly message?: string | undefined;
      /** Whether the answer holds for the same question again. Default true. */
      readonly cache?: boolean | undefined;
    };

/** Answers who may do what. A throw or a rejection refuses, with `wamp.error.authorization_failed`. */
export type DecideAccess = (question: AccessQuestion) => AccessAnswer | Promise<AccessAnswer>;

/** Options of `authorizer`. */
export interface AuthorizerOptions {
  /** Answers that are kept, each for one session and what it asked for. */
  readonly cache?: CacheOptions;
  /** Milliseconds that an answer may take; then the request is refused. Default 5 000. */
  readonly timeout?: number;
  /** For tests. Default: the host's. */
  readonly clock?: Clock;
}

const settings: Readonly<Record<keyof AuthorizerOptions, Setting>> = {
  cache: group({ size: amount, ttl: amount }),
  timeout: amount,
  clock: clockSetting,
};

/** Asks a function of the application, and keeps its answers for a while. @throws TypeError for what is none, and options that are mistaken */
export function authorizer(decide: DecideAccess, options: AuthorizerOptions = {}): Admit {
  if (typeof decide !== 'function')
    throw new TypeError(`authorizer takes a function that decides, and got ${describe(decide)}`);
  requireSettings(settings, options);
  const { clock = systemClock, timeout = 5_000 } = options;
  const cache = new Cache<Verdict>(options.cache ?? {}, clock);
  return (member, message, call) => {
    const request = requestOf(message);
    const { realm = '', id: session } = member;
    const key = `${realm} ${session} ${request.action} ${request.match} ${request.uri}`;
    const known = cache.get(key);
    if (known) return known.admission;
    const conclude = (answer: AccessAnswer): Admission => {
      const admission = admissionOf(answer, member, request);
      if (answer === true || answer === false || answer.cache !== false) cache.set(key, { admission });
      return admission;
    };
    const answer = decide({ ...request, ...member.identity, realm, session, call });
    return answer instanceof Promise ? within(answer, timeout, clock).then(conclude) : conclude(answer);
  };
}

interface Verdict {
  readonly admission: Admission;
}

/** @throws TypeError for what is no answer */
function admissionOf(answer: AccessAnswer, member: Member, request: Request): Admission {
  const { allow, disclosure, message } = typeof answer === 'boolean' ? { allow: answer } : (answer ?? {});
  if (allow === false) return notAuthorized(member, request, message ?? 'the authorizer says no');
  if (allow !== true || !isDisclosure(disclosure)) {
    throw new TypeError(
      `an authorizer answers true, false or { allow, disclosure, message, cache }, not ${show(answer)}`,
    );
  }
  return disclosure && { disclosure };
}

function isDisclosure(value: unknown): value is DisclosureRule | undefined {
  return value === undefined || value === 'allow' || value === 'force' || value === 'refuse';
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value;
  }
}

function within<T>(answer: Promise<T>, timeout: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(timeout, () => reject(new Error(`the authorizer gave no answer within ${timeout} ms`)));
    answer.then(resolve, reject).finally(stop);
  });
}
