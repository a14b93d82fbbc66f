import { Code } from './codes.js';
import type { Message } from './messages.js';

/** The envelope of a message in wire order; the payload, where there is one, is put behind it by the serializer. */
export function toFields(message: Message): unknown[] {
  switch (message.code) {
    case Code.HELLO:
      return [message.code, message.realm, message.details];
    case Code.WELCOME:
      return [message.code, message.session, message.details];
    case Code.ABORT:
    case Code.GOODBYE:
      return [message.code, message.details, message.reason];
    case Code.CHALLENGE:
      return [message.code, message.method, message.extra];
    case Code.AUTHENTICATE:
      return [message.code, message.signature, message.extra];
    case Code.ERROR:
      return [message.code, message.requestType, message.request, message.details, message.error];
    case Code.PUBLISH:
    case Code.SUBSCRIBE:
      return [message.code, message.request, message.options, message.topic];
    case Code.PUBLISHED:
      return [message.code, message.request, message.publication];
    case Code.SUBSCRIBED:
    case Code.UNSUBSCRIBE:
      return [message.code, message.request, message.subscription];
    case Code.UNSUBSCRIBED:
    case Code.UNREGISTERED:
      return message.details ? [message.code, message.request, message.details] : [message.code, message.request];
    case Code.EVENT:
      return [message.code, message.subscription, message.publication, message.details];
    case Code.EVENT_RECEIVED:
      return [message.code, message.publication];
    case Code.CALL:
    case Code.REGISTER:
      return [message.code, message.request, message.options, message.procedure];
    case Code.CANCEL:
    case Code.INTERRUPT:
    case Code.YIELD:
      return [message.code, message.request, message.options];
    case Code.RESULT:
      return [message.code, message.request, message.details];
    case Code.REGISTERED:
    case Code.UNREGISTER:
      return [message.code, message.request, message.registration];
    case Code.INVOCATION:
      return [message.code, message.request, message.registration, message.details];
  }
}
