import { listOf, oneOf, rule } from '../wire/rules.js';
import type { Setting } from '../wire/settings.js';
import { amount, func, group, has, object, someOf } from '../wire/settings.js';
import type { BaseClientOptions, ClientOptions } from './options.js';

/** What a page loads only when it imports it. */
const part = (example: string) => rule(`a function, such as ${example}`, func.accepts);

/** What each option of any client accepts. */
export const baseSettings: Readonly<Record<keyof BaseClientOptions, Setting>> = {
  // What makes a realm's name is checked on its own.
  realm: /* @__PURE__ */ rule('the name of a realm', () => true),
  auth: /* @__PURE__ */ listOf('authentication methods', /* @__PURE__ */ has('method')),
  interceptors: /* @__PURE__ */ listOf('interceptors', object.accepts),
  onError: func,
  leaveTimeout: amount,
  retry: /* @__PURE__ */ oneOf('never', 'lost', 'always'),
  backoff: /* @__PURE__ */ group({
    initial: amount,
    max: amount,
    factor: /* @__PURE__ */ rule('a number of at least 1', (value) => typeof value === 'number' && value >= 1),
  }),
  offline: /* @__PURE__ */ oneOf('fail', 'wait'),
  waiting: /* @__PURE__ */ part('waiting()'),
  connectTimeout: amount,
  heartbeat: /* @__PURE__ */ part('heartbeat()'),
  random: func,
};

/** And of one that plays all roles. */
export const clientSettings: Readonly<Record<keyof ClientOptions, Setting>> = {
  ...baseSettings,
  recovery: /* @__PURE__ */ part('recovery()'),
};

/** What each option accepts of how a client connects, which is the platform's to do. */
export const connectionSettings = {
  serializers: /* @__PURE__ */ someOf('serializers, such as cbor()', /* @__PURE__ */ has('subprotocol')),
  batch: /* @__PURE__ */ rule('an object, such as batching()', object.accepts),
};
