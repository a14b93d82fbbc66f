import { isDict } from './fields.js';
import type { Dict } from './messages.js';

export type Role = 'publisher' | 'subscriber' | 'caller' | 'callee' | 'broker' | 'dealer';

/** `HELLO.Details.roles` or `WELCOME.Details.roles` (spec: "Client: Role and Feature Announcement"). */
export type Roles = Readonly<Partial<Record<Role, RoleFeatures>>>;

/** What one role can do. */
export interface RoleFeatures {
  readonly features: Readonly<Record<string, boolean>>;
  /** Of broker and dealer: definitions can be made and read (spec: "Interface Reflection"). */
  readonly reflection?: boolean;
}

/** Ours, of a dealer: it takes REGISTER.Options.invoke `load`. */
export const INVOKE_LOAD = '_invoke_load';

/** Ours, of a dealer: it takes REGISTER.Options.invoke `all`. */
export const INVOKE_ALL = '_invoke_all';

/** Ours, of a dealer, and the option of REGISTER that it keeps to: a call that was lost with its callee is made again. */
export const IDEMPOTENT = '_idempotent';
/** Of broker, publisher and subscriber: EVENT_RECEIVED (in the specification's test suite). */
export const EVENT_ACKNOWLEDGEMENT = 'x_acknowledged_event_delivery';

/** Ours, of a broker: it tells a publisher how many have confirmed what it published. */
export const CONFIRMATIONS = '_confirmations';

/** Ours, of a subscriber: in the place of events that could not be sent to it, it is told how many. */
export const GAP = '_gap';

/** What the spec spells in two ways: the first is ours, both are understood and announced. */
const alias: Readonly<Record<string, string>> = {
  call_canceling: 'call_cancelling',
  sharded_subscription: 'shareded_subscriptions',
};

function spellings(feature: string): readonly string[] {
  return [feature, alias[feature] ?? feature];
}

/** `roles({ caller: ['call_canceling'] })`: the dictionary that announces these features, aliases included. */
export function roles(features: Readonly<Partial<Record<Role, readonly string[]>>>): Roles {
  const announced: Partial<Record<Role, RoleFeatures>> = {};
  for (const [role, names] of Object.entries(features)) announced[role as Role] = { features: announcing(names) };
  return announced;
}

/** The features of one role as they are announced, aliases included. */
export function announcing(names: readonly string[]): RoleFeatures['features'] {
  return Object.fromEntries(names.flatMap(spellings).map((name) => [name, true]));
}

/** Whether a peer's details (of HELLO or WELCOME) announce a role at all. */
export function hasRole(details: Dict, role: Role): boolean {
  return isDict(details.roles) && isDict(details.roles[role]);
}

/** Whether a peer's details (of HELLO or WELCOME) announce `feature` for `role`, in either spelling. */
export function announces(details: Dict, role: Role, feature: string): boolean {
  const entry = isDict(details.roles) ? details.roles[role] : undefined;
  const features = isDict(entry) ? entry.features : undefined;
  return isDict(features) && spellings(feature).some((name) => features[name] === true);
}
