import type { UriRule } from '@wigwag/core/wire';
import { Code, ErrorUri, isPattern, isUri, nameOf, uriRules } from '@wigwag/core/wire';
import type { Refusal } from './admission.js';
import type { RoutedMessage } from './state.js';

/** What URIs a router takes. */
export interface UriLimits {
  /** Default `loose` (spec: "URIs"). */
  readonly rule: UriRule;
  /** Characters; what matching costs grows with it. Default 1 024. */
  readonly maxLength: number;
  /** Components of a wildcard pattern; what keeping one costs grows with it. Default 32. */
  readonly maxComponents: number;
}

/** Why the URI of a request is not acceptable, if so (spec: "URIs", "Reserved URIs"). */
export function refuseUri(message: RoutedMessage, limits: UriLimits): Refusal | undefined {
  switch (message.code) {
    case Code.PUBLISH:
      return check(message.code, message.topic, isUri(message.topic, uriRules[limits.rule]), true, limits);
    case Code.SUBSCRIBE: {
      const { match = 'exact' } = message.options;
      const refusal = check(
        message.code,
        message.topic,
        isPattern(message.topic, match, uriRules[limits.rule]),
        false,
        limits,
      );
      return refusal ?? tooManyComponents(message.code, message.topic, match, limits);
    }
    case Code.CALL:
      return check(message.code, message.procedure, isUri(message.procedure, uriRules[limits.rule]), false, limits);
    case Code.REGISTER: {
      const { match = 'exact' } = message.options;
      const valid = isPattern(message.procedure, match, uriRules[limits.rule]);
      const refusal = check(message.code, message.procedure, valid, true, limits);
      return refusal ?? tooManyComponents(message.code, message.procedure, match, limits);
    }
    default:
      return undefined;
  }
}

/** Half a character: text of which the binary serializers cannot make UTF-8. */
const halfCharacter = /\p{Surrogate}/u;

/** @param claims whether the request would speak in the name of `uri`, which the router alone may for `wamp.` */
function check(code: number, uri: string, valid: boolean, claims: boolean, limits: UriLimits): Refusal | undefined {
  if (uri.length > limits.maxLength) {
    return invalid(`${nameOf(code)}: the URI has ${uri.length} characters, and ${limits.maxLength} are allowed`);
  }
  if (!valid || halfCharacter.test(uri)) {
    const allowed =
      limits.rule === 'strict'
        ? 'lower-case letters, digits and "_" between dots'
        : 'no white space, no "#" and nothing empty between dots';
    return invalid(`${nameOf(code)}: ${JSON.stringify(uri)} is no valid URI here: ${allowed}`);
  }
  if (claims && (uri === 'wamp' || uri.startsWith('wamp.'))) {
    return invalid(`${nameOf(code)}: ${uri} begins with "wamp", which is reserved for the protocol itself`);
  }
  return undefined;
}

function tooManyComponents(
  code: number,
  pattern: string,
  match: string,
  { maxComponents }: UriLimits,
): Refusal | undefined {
  if (match !== 'wildcard') return undefined;
  const { length } = pattern.split('.');
  if (length <= maxComponents) return undefined;
  const message = `${nameOf(code)}: the pattern has ${length} components, and ${maxComponents} are allowed`;
  return invalid(`${message} (maxWildcardComponents)`);
}

function invalid(message: string): Refusal {
  return { uri: ErrorUri.INVALID_URI, message };
}
