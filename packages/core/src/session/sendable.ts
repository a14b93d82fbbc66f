import * as Code from '../wire/codes.js';
import { InvalidArgumentError } from '../wire/errors.js';
import { describe } from '../wire/fields.js';
import type { ClientMessage } from '../wire/messages.js';
import { namedFault } from '../wire/options.js';
import { isUri } from '../wire/uri.js';

/**
 * Whether a router would take what the application put into a message: one that it would not take ends the session,
 * and everything in it, for the mistake of one request.
 * @throws InvalidArgumentError that names the option, and says what would be right
 */
export function requireSendable(message: ClientMessage): void {
  const wrong = 'options' in message ? namedFault(message.options) : undefined;
  if (wrong !== undefined) throw new InvalidArgumentError(`the option ${wrong}`);
  if (message.code === Code.ERROR && !(typeof message.error === 'string' && isUri(message.error))) {
    throw new InvalidArgumentError(`the URI of an error must be a URI, and is ${describe(message.error)}`);
  }
}
