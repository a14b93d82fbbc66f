import { ProtocolError } from './errors.js';
import { isDict } from './fields.js';
import { isId } from './ids.js';
import type {
  CallOptions,
  CancelOptions,
  Dict,
  EventDetails,
  InvocationDetails,
  PublishOptions,
  RegisterOptions,
  ResultDetails,
  SubscribeOptions,
} from './messages.js';
import type { Rule, Rules } from './rules.js';
import { count, fault, flag, id, ids, key, listOf, oneOf, rule, text, texts } from './rules.js';

const positive = /* @__PURE__ */ rule('an integer of at least 1', isId);
const matching = /* @__PURE__ */ oneOf('exact', 'prefix', 'wildcard');
const invoking = /* @__PURE__ */ oneOf('single', 'roundrobin', 'random', 'first', 'last', 'load', 'all');
const canceling = /* @__PURE__ */ oneOf('skip', 'kill', 'killnowait');
const forwardFor = /* @__PURE__ */ listOf(
  'dictionaries with session, authid and authrole',
  (hop) =>
    isDict(hop) && isId(hop.session) && text.accepts(hop.authrole) && (hop.authid === null || text.accepts(hop.authid)),
);

const opaqueAlgorithm = /* @__PURE__ */ rule(
  'cryptobox, mqtt, xbr or a name that starts with x_',
  (value) => typeof value === 'string' && (['cryptobox', 'mqtt', 'xbr'].includes(value) || value.startsWith('x_')),
);

/**
 * What the options and details that the specification names must be, and ours, which start with `_`. A name means the
 * same in each message that has it, so there is one table for all of them; others pass as they are.
 */
const named: Rules = /* @__PURE__ */ ruled([
  [
    flag,
    'acknowledge exclude_me disclose_me retain retained get_retained force_reregister disclose_caller forward_timeout receive_progress progress x_acknowledged_delivery _idempotent',
  ],
  [
    text,
    // Payload passthru and its predecessor (spec: "Payload Passthru Mode"), then the others.
    'enc_serializer enc_key ppt_scheme ppt_serializer ppt_cipher ppt_keyid publisher_authid publisher_authrole caller_authid caller_authrole topic procedure transaction_hash reason',
  ],
  [ids, 'exclude eligible'],
  [texts, 'exclude_authid exclude_authrole eligible_authid eligible_authrole'],
  [id, 'publisher caller _callee'],
  [count, 'trustlevel timeout'],
  [positive, 'concurrency _credit'],
  [key, 'rkey nkey'],
  [opaqueAlgorithm, 'enc_algo'],
  [forwardFor, 'forward_for'],
  [matching, 'match'],
  [invoking, 'invoke'],
  [canceling, 'mode'],
]);

function ruled(groups: readonly (readonly [Rule, string])[]): Rules {
  return new Map(groups.flatMap(([rule, names]) => names.split(' ').map((name) => [name, rule] as const)));
}

/** What is wrong with the first option, or detail, that is not what its name says, as the end of a sentence. */
export function namedFault(dict: Dict): string | undefined {
  return fault(named, dict);
}

/**
 * `T` names nothing but optional keys that there is a rule for, so a checked dictionary is a `T`.
 * @param wrongWith what is wrong with one
 */
export function checked<T extends Dict>(where: string, wrongWith = namedFault): (dict: Dict) => T {
  const conforms = (dict: Dict): dict is T => wrongWith(dict) === undefined;
  return (dict) => {
    if (conforms(dict)) return dict;
    throw new ProtocolError(`${where}.${wrongWith(dict)}`);
  };
}

/** Each checks the named options and leaves the others as they are. @throws ProtocolError that names the option. */
export const publish = /* @__PURE__ */ checked<PublishOptions>('PUBLISH.Options');
export const event = /* @__PURE__ */ checked<EventDetails>('EVENT.Details');
export const subscribe = /* @__PURE__ */ checked<SubscribeOptions>('SUBSCRIBE.Options');
export const register = /* @__PURE__ */ checked<RegisterOptions>('REGISTER.Options');
export const call = /* @__PURE__ */ checked<CallOptions>('CALL.Options');
export const invocation = /* @__PURE__ */ checked<InvocationDetails>('INVOCATION.Details');
export const yielded = /* @__PURE__ */ checked<ResultDetails>('YIELD.Options');
export const result = /* @__PURE__ */ checked<ResultDetails>('RESULT.Details');
export const cancel = /* @__PURE__ */ checked<CancelOptions>('CANCEL.Options');
export const interrupt = /* @__PURE__ */ checked<CancelOptions>('INTERRUPT.Options');
