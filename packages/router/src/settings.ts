import type { Setting, Settings } from '@wigwag/core/wire';
import {
  amount,
  flag,
  func,
  group,
  has,
  isDict,
  listOf,
  mustBe,
  needed,
  oneOf,
  rule,
  settingsFault,
  someOf,
  text,
} from '@wigwag/core/wire';
import type { Limits, RouterOptions } from './options.js';
import { defaultLimits } from './options.js';

const disclosure = oneOf('allow', 'force', 'refuse');
const limitNames = Object.keys(defaultLimits) as (keyof Limits)[];

export const clockSetting = rule(
  'a clock, with now() and after()',
  (value) => has('now')(value) && has('after')(value),
);
const rateSettings = { maxMessageRate: amount, maxByteRate: amount, maxOverRate: amount };

/** What each option of a router accepts. */
const routerSettings: Readonly<Record<keyof RouterOptions, Setting>> = {
  realms: someOf('names of realms', (value) => typeof value === 'string'),
  limits: group(Object.fromEntries(limitNames.map((name) => [name, amount]))),
  rates: rule(
    'rates by role, such as { guest: { maxMessageRate: 10 } }',
    (value) => isDict(value) && Object.values(value).every((one) => settingsFault(rateSettings, one) === undefined),
  ),
  heartbeat: group({ interval: amount, timeout: amount }),
  serializers: someOf('serializers, such as cbor()', has('subprotocol')),
  uris: oneOf('loose', 'strict'),
  fabric: rule('a fabric, such as memoryFabric()', has('join')),
  authenticators: listOf('authenticators, such as anonymous(), of @wigwag/router', has('begin')),
  authorization: func,
  admit: func,
  disclosure: group({ publishers: disclosure, callers: disclosure }),
  trustLevels: group({ publishers: func, callers: func }),
  // Each rule is checked, with its place in the list, where the rules are read.
  history: rule('a list of rules', Array.isArray),
  historyStore: rule('a store, such as memoryHistory()', has('open')),
  reflection: flag,
  onOverflow: oneOf('disconnect', 'drop'),
  clock: clockSetting,
  random: func,
};

/** @throws TypeError that names an option which is mistaken, or is none at all, and says what would be right */
export function requireRouterOptions(options: unknown): void {
  requireSettings(routerSettings, options);
}

const actor = { authid: needed(text), authrole: needed(text) };

/** Whom a session acts as: whatever else is known of who that is may stand there too. @throws TypeError */
export function requireActor(who: unknown): void {
  requireSettings(actor, isDict(who) ? { authid: who.authid, authrole: who.authrole } : who);
}

const transportRule = rule('a transport, such as an end of linkedPair()', has('attach'));

/** @throws TypeError */
export function requireTransport(transport: unknown): void {
  if (!transportRule.accepts(transport)) throw new TypeError(`the transport ${mustBe(transportRule, transport)}`);
}

/** @throws TypeError, as `requireRouterOptions` */
export function requireSettings(settings: Settings, options: unknown): void {
  const wrong = settingsFault(settings, options);
  if (wrong !== undefined) throw new TypeError(wrong);
}
