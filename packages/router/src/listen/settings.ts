import type { Settings } from '@wigwag/core/wire';
import { object, oneOf, rule, text, texts } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';

const port = rule(
  'a port, an integer from 0 to 65535',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535,
);
const path = rule('a path, which begins with /', (value) => typeof value === 'string' && value.startsWith('/'));
const visitors: Settings = { origins: texts, trustedProxies: texts };

/** What each option accepts, by the kind of listener. */
const standalone: Settings = { port, host: text, path, tls: object, ...visitors };
const attached: Settings = {
  server: rule('an HTTP server', (value) => object.accepts(value) && 'on' in Object(value)),
  path,
  ...visitors,
};
const rawSocket: Settings = { protocol: oneOf('rawsocket'), port, host: text, tls: object };
const unixSocket: Settings = { protocol: oneOf('rawsocket'), unix: text };

/** @throws TypeError that names an option which is mistaken, or is none at all, and says what would be right */
export function requireListenOptions(options: object): void {
  if ('unix' in options) requireSettings(unixSocket, options);
  else if ('protocol' in options) requireSettings(rawSocket, options);
  else requireSettings('server' in options ? attached : standalone, options);
}
