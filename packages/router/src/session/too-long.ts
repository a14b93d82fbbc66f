import { EncodeError, ErrorUri } from '@wigwag/core/wire';

/** A message is longer than its receiver said that it takes; nothing was sent. */
export class MessageTooLongError extends EncodeError {
  override readonly name = 'MessageTooLongError';
  override readonly code = 'MESSAGE_TOO_LONG';
  override readonly uri = ErrorUri.PAYLOAD_SIZE_EXCEEDED;

  constructor(size: number, maxSend: number) {
    super(`the message has ${size} bytes, and the receiver announced to take no more than ${maxSend}`);
  }
}
