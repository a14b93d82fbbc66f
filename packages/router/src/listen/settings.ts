import type { Setting, Settings } from '@wigwag/core/wire';
import { flag, group, isDict, needed, object, oneOf, rule, text, texts } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';

const port = rule(
  'a port, an integer from 0 to 65535',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535,
);
const path = rule('a path, which begins with /', (value) => typeof value === 'string' && value.startsWith('/'));
const visitors: Settings = { origins: texts, trustedProxies: texts };

/** A secret, or beside one: none is repeated. */
const pem: Setting = {
  ...rule('text in PEM', (value) => typeof value === 'string' || value instanceof Uint8Array),
  secret: true,
};
const eitherTls: Settings = {
  passphrase: { ...text, secret: true },
  clientCertificates: oneOf('request', 'require'),
  minVersion: oneOf('TLSv1.2', 'TLSv1.3'),
};
const tlsOfFiles = group({ certFile: needed(text), keyFile: needed(text), caFile: text, watch: flag, ...eitherTls });
const tlsOfText = group({ cert: needed(pem), key: needed(pem), ca: pem, ...eitherTls });

/** What each option accepts, by the kind of listener. */
const standalone: Settings = { port, host: text, path, ...visitors };
const attached: Settings = {
  server: needed(rule('an HTTP server', (value) => object.accepts(value) && 'on' in Object(value))),
  path,
  ...visitors,
};
const rawSocket: Settings = { protocol: oneOf('rawsocket'), port: needed(port), host: text };
const unixSocket: Settings = { protocol: needed(oneOf('rawsocket')), unix: needed(text) };

/** @throws TypeError that names an option which is mistaken, or is none at all, and says what would be right */
export function requireListenOptions(options: unknown): void {
  const given = isDict(options) ? options : {};
  const tls = isOfFiles(given.tls) ? tlsOfFiles : tlsOfText;
  if ('unix' in given) requireSettings(unixSocket, options);
  else if ('protocol' in given) requireSettings({ ...rawSocket, tls }, options);
  else requireSettings('server' in given ? attached : { ...standalone, tls }, options);
}

/** By the names, also where they are misspelt. */
function isOfFiles(tls: unknown): boolean {
  return isDict(tls) && Object.keys(tls).some((name) => /file$/i.test(name));
}
