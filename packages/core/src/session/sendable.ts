import { Code } from '../wire/codes.js';
import { ProtocolError } from '../wire/errors.js';
import { describe } from '../wire/fields.js';
import type { ClientMessage } from '../wire/messages.js';
import * as options from '../wire/options.js';
import { isUri } from '../wire/uri.js';
import { InvalidArgumentError } from './errors.js';

/**
 * Whether a router would take what the application put into a message: one that it would not take ends the session,
 * and everything in it, for the mistake of one request.
 * @throws InvalidArgumentError that names the option, and says what would be right
 */
export function requireSendable(message: ClientMessage): void {
  try {
    check(message);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new InvalidArgumentError(error.message, { cause: error });
  }
}

function check(message: ClientMessage): void {
  switch (message.code) {
    case Code.PUBLISH:
      options.publish(message.options);
      break;
    case Code.SUBSCRIBE:
      options.subscribe(message.options);
      break;
    case Code.CALL:
      options.call(message.options);
      break;
    case Code.REGISTER:
      options.register(message.options);
      break;
    case Code.YIELD:
      options.result(message.options);
      break;
    case Code.ERROR:
      if (typeof message.error !== 'string' || !isUri(message.error)) {
        throw new ProtocolError(`the URI of an error must be a URI, and is ${describe(message.error)}`);
      }
      break;
  }
}
