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
import type { Rules } from './rules.js';
import { count, fault, flag, id, ids, key, listOf, oneOf, rule, rules, text, texts } from './rules.js';

const credit = /* @__PURE__ */ rule('an integer from 1 to 2^53', isId);
const match = /* @__PURE__ */ oneOf('exact', 'prefix', 'wildcard');
export const forwardFor = /* @__PURE__ */ listOf(
  'dictionaries with session, authid and authrole',
  (hop) =>
    isDict(hop) && isId(hop.session) && text.accepts(hop.authrole) && (hop.authid === null || text.accepts(hop.authid)),
);

// Payload passthru and its predecessor (spec: "Payload Passthru Mode"); both keep the payload opaque.
export const opaque = {
  enc_algo: rule(
    'cryptobox, mqtt, xbr or a name that starts with x_',
    (value) => typeof value === 'string' && (['cryptobox', 'mqtt', 'xbr'].includes(value) || value.startsWith('x_')),
  ),
  enc_serializer: text,
  enc_key: text,
  ppt_scheme: text,
  ppt_serializer: text,
  ppt_cipher: text,
  ppt_keyid: text,
};
const publishRules = /* @__PURE__ */ rules({
  ...opaque,
  acknowledge: flag,
  exclude_me: flag,
  disclose_me: flag,
  retain: flag,
  exclude: ids,
  exclude_authid: texts,
  exclude_authrole: texts,
  eligible: ids,
  eligible_authid: texts,
  eligible_authrole: texts,
  rkey: key,
  transaction_hash: text,
  x_acknowledged_delivery: flag,
  forward_for: forwardFor,
});
const eventRules = /* @__PURE__ */ rules({
  ...opaque,
  publisher: id,
  publisher_authid: text,
  publisher_authrole: text,
  topic: text,
  retained: flag,
  trustlevel: count,
  transaction_hash: text,
  x_acknowledged_delivery: flag,
  forward_for: forwardFor,
});
const subscribeRules = /* @__PURE__ */ rules({ match, get_retained: flag, nkey: key, forward_for: forwardFor });
const registerRules = /* @__PURE__ */ rules({
  match,
  invoke: oneOf('single', 'roundrobin', 'random', 'first', 'last', 'load', 'all'),
  nkey: key,
  force_reregister: flag,
  concurrency: rule('an integer of at least 1', isId),
  disclose_caller: flag,
  forward_timeout: flag,
  _idempotent: flag,
  forward_for: forwardFor,
});
const callRules = /* @__PURE__ */ rules({
  ...opaque,
  timeout: count,
  receive_progress: flag,
  progress: flag,
  disclose_me: flag,
  rkey: key,
  _credit: credit,
  transaction_hash: text,
  forward_for: forwardFor,
});
const invocationRules = /* @__PURE__ */ rules({
  ...opaque,
  procedure: text,
  caller: id,
  caller_authid: text,
  caller_authrole: text,
  trustlevel: count,
  receive_progress: flag,
  progress: flag,
  timeout: count,
  _credit: credit,
  transaction_hash: text,
  forward_for: forwardFor,
});
const resultRules = /* @__PURE__ */ rules({
  ...opaque,
  progress: flag,
  _callee: id,
  _credit: credit,
  forward_for: forwardFor,
});
const cancelRules = /* @__PURE__ */ rules({
  mode: oneOf('skip', 'kill', 'killnowait'),
  reason: text,
  forward_for: forwardFor,
});

/** `T` names nothing but optional keys that `table` has a rule for, so a checked dictionary is a `T`. */
export function checked<T extends Dict>(table: Rules, where: string): (dict: Dict) => T {
  const conforms = (dict: Dict): dict is T => {
    const wrong = fault(table, dict);
    if (wrong !== undefined) throw new ProtocolError(`${where}.${wrong}`);
    return true;
  };
  return (dict) => {
    if (conforms(dict)) return dict;
    throw new ProtocolError(`${where} is malformed`);
  };
}

/** Each checks the named options and leaves the others as they are. @throws ProtocolError that names the option. */
export const publish = /* @__PURE__ */ checked<PublishOptions>(publishRules, 'PUBLISH.Options');
export const event = /* @__PURE__ */ checked<EventDetails>(eventRules, 'EVENT.Details');
export const subscribe = /* @__PURE__ */ checked<SubscribeOptions>(subscribeRules, 'SUBSCRIBE.Options');
export const register = /* @__PURE__ */ checked<RegisterOptions>(registerRules, 'REGISTER.Options');
export const call = /* @__PURE__ */ checked<CallOptions>(callRules, 'CALL.Options');
export const invocation = /* @__PURE__ */ checked<InvocationDetails>(invocationRules, 'INVOCATION.Details');
export const yielded = /* @__PURE__ */ checked<ResultDetails>(resultRules, 'YIELD.Options');
export const result = /* @__PURE__ */ checked<ResultDetails>(resultRules, 'RESULT.Details');
export const cancel = /* @__PURE__ */ checked<CancelOptions>(cancelRules, 'CANCEL.Options');
export const interrupt = /* @__PURE__ */ checked<CancelOptions>(cancelRules, 'INTERRUPT.Options');
