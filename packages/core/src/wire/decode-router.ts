import * as Code from './codes.js';
import { payloadOf } from './decode.js';
import { ProtocolError } from './errors.js';
import { isDict } from './fields.js';
import { nameOf } from './message-names.js';
import type {
  Abort,
  Challenge,
  Dict,
  Event,
  Goodbye,
  Interrupt,
  Invocation,
  Published,
  Registered,
  Result,
  RouterMessage,
  Subscribed,
  Unregistered,
  Unsubscribed,
  Uri,
  WampErrorMessage,
  Welcome,
} from './messages.js';
import * as options from './options.js';
import type { RuleOf } from './rules.js';
import { count, dict, id, mustBe, rule, text } from './rules.js';
import type { Parts } from './serializer.js';
import { isUri } from './uri.js';

/** Makes typed messages of one kind. Each role of a client has its own, so that a client has those of the roles that it plays. */
export interface RouterDecoder {
  readonly code: RouterMessage['code'];
  /** @throws ProtocolError that names what is wrong */
  decode(parts: Parts): RouterMessage;
}

/** Takes the element at a place, counted from the code on, which is 0. @throws ProtocolError that says what it must be */
type Take = <T>(parts: Parts, at: number, rule: RuleOf<T>) => T;

/** One `take` for all messages of a kind: a function made for each message would be garbage that the collector pays for. */
function decoder<M extends RouterMessage>(
  name: string,
  code: M['code'],
  make: (parts: Parts, take: Take) => M,
): RouterDecoder {
  const take: Take = ({ fields }, at, rule) => {
    const value = fields[at];
    if (rule.accepts(value)) return value;
    throw new ProtocolError(`${name}[${at}] ${mustBe(rule, value)}`);
  };
  return { code, decode: (parts) => make(parts, take) };
}

const uri = /* @__PURE__ */ rule('a URI', (value): value is Uri => text.accepts(value) && isUri(value));
/** Revocations answer no request: their request is 0. */
const idOrZero = /* @__PURE__ */ rule('an id or 0', (value): value is number => value === 0 || id.accepts(value));
const dictOrNothing = /* @__PURE__ */ rule(
  'a dictionary',
  (value): value is Dict | undefined => value === undefined || isDict(value),
);

/** Of the session itself, and ERROR. */
export const forSession: readonly RouterDecoder[] = [
  /* @__PURE__ */ decoder<Welcome>('WELCOME', Code.WELCOME, (parts, take) => ({
    code: Code.WELCOME,
    session: take(parts, 1, id),
    details: take(parts, 2, dict),
  })),
  /* @__PURE__ */ decoder<Abort>('ABORT', Code.ABORT, (parts, take) => ({
    code: Code.ABORT,
    details: take(parts, 1, dict),
    reason: take(parts, 2, uri),
  })),
  /* @__PURE__ */ decoder<Challenge>('CHALLENGE', Code.CHALLENGE, (parts, take) => ({
    code: Code.CHALLENGE,
    method: take(parts, 1, text),
    extra: take(parts, 2, dict),
  })),
  /* @__PURE__ */ decoder<Goodbye>('GOODBYE', Code.GOODBYE, (parts, take) => ({
    code: Code.GOODBYE,
    details: take(parts, 1, dict),
    reason: take(parts, 2, uri),
  })),
  /* @__PURE__ */ decoder<WampErrorMessage>('ERROR', Code.ERROR, (parts, take) => {
    const details = take(parts, 3, dict);
    const requestType = take(parts, 1, count);
    const request = take(parts, 2, id);
    const error = take(parts, 4, uri);
    return { code: Code.ERROR, requestType, request, details, error, payload: payloadOf(parts, details) };
  }),
];

export const forPublisher: readonly RouterDecoder[] = [
  /* @__PURE__ */ decoder<Published>('PUBLISHED', Code.PUBLISHED, (parts, take) => ({
    code: Code.PUBLISHED,
    request: take(parts, 1, id),
    publication: take(parts, 2, id),
  })),
];

export const forSubscriber: readonly RouterDecoder[] = [
  /* @__PURE__ */ decoder<Subscribed>('SUBSCRIBED', Code.SUBSCRIBED, (parts, take) => ({
    code: Code.SUBSCRIBED,
    request: take(parts, 1, id),
    subscription: take(parts, 2, id),
  })),
  /* @__PURE__ */ decoder<Unsubscribed>('UNSUBSCRIBED', Code.UNSUBSCRIBED, (parts, take) => ({
    code: Code.UNSUBSCRIBED,
    request: take(parts, 1, idOrZero),
    details: take(parts, 2, dictOrNothing),
  })),
  /* @__PURE__ */ decoder<Event>('EVENT', Code.EVENT, (parts, take) => {
    const details = options.event(take(parts, 3, dict));
    const subscription = take(parts, 1, id);
    const publication = take(parts, 2, id);
    return { code: Code.EVENT, subscription, publication, details, payload: payloadOf(parts, details) };
  }),
];

export const forCaller: readonly RouterDecoder[] = [
  /* @__PURE__ */ decoder<Result>('RESULT', Code.RESULT, (parts, take) => {
    const details = options.result(take(parts, 2, dict));
    return { code: Code.RESULT, request: take(parts, 1, id), details, payload: payloadOf(parts, details) };
  }),
];

export const forCallee: readonly RouterDecoder[] = [
  /* @__PURE__ */ decoder<Registered>('REGISTERED', Code.REGISTERED, (parts, take) => ({
    code: Code.REGISTERED,
    request: take(parts, 1, id),
    registration: take(parts, 2, id),
  })),
  /* @__PURE__ */ decoder<Unregistered>('UNREGISTERED', Code.UNREGISTERED, (parts, take) => ({
    code: Code.UNREGISTERED,
    request: take(parts, 1, idOrZero),
    details: take(parts, 2, dictOrNothing),
  })),
  /* @__PURE__ */ decoder<Invocation>('INVOCATION', Code.INVOCATION, (parts, take) => {
    const details = options.invocation(take(parts, 3, dict));
    const request = take(parts, 1, id);
    const registration = take(parts, 2, id);
    return { code: Code.INVOCATION, request, registration, details, payload: payloadOf(parts, details) };
  }),
  /* @__PURE__ */ decoder<Interrupt>('INTERRUPT', Code.INTERRUPT, (parts, take) => ({
    code: Code.INTERRUPT,
    request: take(parts, 1, id),
    options: options.interrupt(take(parts, 2, dict)),
  })),
];

/**
 * Reads the messages of who plays some roles.
 * @param named what an unexpected code is called in the error
 * @returns @throws ProtocolError that names the element or option that is wrong
 */
export function reader(
  decoders: readonly RouterDecoder[],
  named: (code: number) => string = (code) => `message type ${code}`,
): (parts: Parts) => RouterMessage {
  const byCode = new Map<unknown, RouterDecoder>(decoders.map((each) => [each.code, each]));
  return (parts) => {
    const [code] = parts.fields;
    if (typeof code !== 'number') throw new ProtocolError('a message starts with its type, an integer');
    const found = byCode.get(code);
    if (!found) throw new ProtocolError(`a router does not send ${named(code)} to this client`);
    return found.decode(parts);
  };
}

/** A message as a client receives it that plays all roles. @throws ProtocolError that names the element or option that is wrong */
export function decodeRouterMessage(parts: Parts): RouterMessage {
  return reader([...forSession, ...forPublisher, ...forSubscriber, ...forCaller, ...forCallee], nameOf)(parts);
}
