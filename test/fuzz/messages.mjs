// Well-formed messages of a client, to start from.

/** A number of components that attackers use; nobody honest listens there. */
const uris = ['attack.one', 'attack.two', 'attack..three', 'attack.', 'attack.one.two', 'wamp.session.count'];

/** Kinds of messages that a joined client may send; ids are small, so that they meet what was sent before. */
const kinds = [
  (r) => [16, id(r), options(r, publishOptions), r.pick(uris), ...payload(r)],
  (r) => [32, id(r), options(r, subscribeOptions), r.pick(uris)],
  (r) => [34, id(r), id(r)],
  (r) => [48, id(r), options(r, callOptions), r.pick(uris), ...payload(r)],
  (r) => [49, id(r), options(r, { mode: ['skip', 'kill', 'killnowait'] })],
  (r) => [64, id(r), options(r, registerOptions), r.pick(uris)],
  (r) => [66, id(r), id(r)],
  (r) => [70, id(r), options(r, { progress: [true, false] }), ...payload(r)],
  (r) => [8, 68, id(r), {}, 'attack.error', ...payload(r)],
  (r) => [337, id(r)],
];

const publishOptions = {
  acknowledge: [true, false],
  exclude_me: [true, false],
  exclude: [[1, 2], []],
  exclude_authid: [['a']],
  eligible: [[1], []],
  eligible_authrole: [['anonymous']],
  disclose_me: [true],
  retain: [true],
  rkey: ['key', 1],
  ppt_scheme: ['x_attack'],
};
const subscribeOptions = {
  match: ['exact', 'prefix', 'wildcard'],
  get_retained: [true],
  nkey: ['node'],
};
const callOptions = {
  timeout: [0, 1, 1000],
  receive_progress: [true, false],
  progress: [true, false],
  disclose_me: [true],
  rkey: ['key'],
  _credit: [1, 16, 2 ** 53],
};
const registerOptions = {
  match: ['exact', 'prefix', 'wildcard'],
  invoke: ['single', 'roundrobin', 'random', 'first', 'last', 'load', 'all'],
  concurrency: [1, 4],
  disclose_caller: [true],
  force_reregister: [true],
};

const id = (r) => 1 + r.below(12);

function options(r, known) {
  const chosen = Object.entries(known).filter(() => r.chance(0.2));
  return Object.fromEntries(chosen.map(([name, values]) => [name, r.pick(values)]));
}

function payload(r) {
  if (r.chance(0.3)) return [];
  const args = Array.from({ length: r.below(4) }, () => value(r, 3));
  return r.chance(0.5) ? [args] : [args, { key: value(r, 3) }];
}

/** A value that an application might send. */
export function value(r, depth) {
  switch (r.below(depth > 0 ? 9 : 6)) {
    case 0:
      return r.below(1000) - 500;
    case 1:
      return 'text'.repeat(r.below(20));
    case 2:
      return r.next() * 1e20;
    case 3:
      return r.chance(0.5);
    case 4:
      return null;
    case 5:
      return Uint8Array.from({ length: r.below(40) }, () => r.below(256));
    case 6:
      return { a: value(r, depth - 1), b: value(r, depth - 1) };
    default:
      return Array.from({ length: r.below(5) }, () => value(r, depth - 1));
  }
}

/** One message of a joined client. */
export const message = (r) => r.pick(kinds)(r);

const roles = ['publisher', 'subscriber', 'caller', 'callee'];
const features = [
  'progressive_call_results',
  'progressive_call_invocations',
  'call_canceling',
  'payload_passthru_mode',
  'pattern_based_subscription',
  '_credit',
];

/** A HELLO that the router takes. */
export function hello(r) {
  const announced = () => Object.fromEntries(features.filter(() => r.chance(0.6)).map((name) => [name, true]));
  const details = { roles: Object.fromEntries(roles.map((role) => [role, { features: announced() }])) };
  return [1, 'realm1', details];
}
