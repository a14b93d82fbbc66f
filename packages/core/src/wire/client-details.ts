import { isDict } from './fields.js';
import type { Dict } from './messages.js';
import { checked } from './options.js';
import type { Rule } from './rules.js';
import { fault, rule, rules, text, texts } from './rules.js';

// PHP writes an empty dictionary as an empty list; other clients write null for what they do not have.
const dictOrNothing = rule('a dictionary', (value) => isDict(value) || (Array.isArray(value) && value.length === 0));
const orNull = ({ wanted, accepts }: Rule): Rule => rule(wanted, (value) => value === null || accepts(value));

const roles = rule(
  'a dictionary of roles, each a dictionary with features',
  (value) => dictOrNothing.accepts(value) && Object.values(Object(value)).every(isRole),
);
function isRole(role: unknown): boolean {
  return dictOrNothing.accepts(role) && (!isDict(role) || dictOrNothing.accepts(role.features ?? {}));
}

const helloRules = rules({
  agent: orNull(text),
  authid: orNull(text),
  authrole: orNull(text),
  authmethods: orNull(texts),
  authextra: orNull(dictOrNothing),
  roles,
});
const farewellRules = rules({ message: orNull(text) });

/**
 * What a client says in the details of messages that are no requests, checked as options are; only a router reads it.
 * @throws ProtocolError that names what is wrong
 */
export const hello = checked<Dict>('HELLO.Details', (dict) => fault(helloRules, dict));
export const goodbye = checked<Dict>('GOODBYE.Details', (dict) => fault(farewellRules, dict));
export const abort = checked<Dict>('ABORT.Details', (dict) => fault(farewellRules, dict));
export const error = checked<Dict>('ERROR.Details');
