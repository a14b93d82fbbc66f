import { clientFields } from './client-fields.js';
import * as Code from './codes.js';
import type { Message } from './messages.js';

/** The envelope of any message in wire order; the payload, where there is one, is put behind it by the serializer. */
export function toFields(message: Message): unknown[] {
  switch (message.code) {
    case Code.EVENT:
      return [message.code, message.subscription, message.publication, message.details];
    case Code.RESULT:
      return [message.code, message.request, message.details];
    case Code.INVOCATION:
      return [message.code, message.request, message.registration, message.details];
    case Code.PUBLISHED:
      return [message.code, message.request, message.publication];
    case Code.WELCOME:
      return [message.code, message.session, message.details];
    case Code.CHALLENGE:
      return [message.code, message.method, message.extra];
    case Code.SUBSCRIBED:
      return [message.code, message.request, message.subscription];
    case Code.REGISTERED:
      return [message.code, message.request, message.registration];
    case Code.UNSUBSCRIBED:
    case Code.UNREGISTERED:
      return message.details ? [message.code, message.request, message.details] : [message.code, message.request];
    case Code.INTERRUPT:
      return [message.code, message.request, message.options];
    default:
      return clientFields(message);
  }
}
