import * as Code from './codes.js';
import type { ClientMessage } from './messages.js';

/** The envelope of a message as a client sends it, in wire order; a payload is put behind it by the serializer. */
export function clientFields(message: ClientMessage): unknown[] {
  switch (message.code) {
    case Code.HELLO:
      return [message.code, message.realm, message.details];
    case Code.ABORT:
    case Code.GOODBYE:
      return [message.code, message.details, message.reason];
    case Code.AUTHENTICATE:
      return [message.code, message.signature, message.extra];
    case Code.ERROR:
      return [message.code, message.requestType, message.request, message.details, message.error];
    case Code.PUBLISH:
    case Code.SUBSCRIBE:
      return [message.code, message.request, message.options, message.topic];
    case Code.UNSUBSCRIBE:
      return [message.code, message.request, message.subscription];
    case Code.EVENT_RECEIVED:
      return [message.code, message.publication];
    case Code.CALL:
    case Code.REGISTER:
      return [message.code, message.request, message.options, message.procedure];
    case Code.CANCEL:
    case Code.YIELD:
      return [message.code, message.request, message.options];
    case Code.UNREGISTER:
      return [message.code, message.request, message.registration];
  }
}
