import type { Dict, Role } from '@wigwag/core/wire';
import { announces, Code, nameOf, ProtocolError } from '@wigwag/core/wire';
import type { RoutedMessage } from './session/state.js';

/** What says how to read an opaque payload (spec: "Payload Passthru Mode"), the older names included. */
const keys = [
  'ppt_scheme',
  'ppt_serializer',
  'ppt_cipher',
  'ppt_keyid',
  'enc_algo',
  'enc_serializer',
  'enc_key',
] as const;

/** The part of a message's options that belongs to its payload, and goes where the payload goes. */
export function passthru(options: Dict): Dict | undefined {
  // Almost no message has any of this.
  if (options.ppt_scheme === undefined && options.enc_algo === undefined) return undefined;
  return Object.fromEntries(keys.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]));
}

const senders: Readonly<Partial<Record<number, Role>>> = {
  [Code.PUBLISH]: 'publisher',
  [Code.CALL]: 'caller',
  [Code.YIELD]: 'callee',
  [Code.ERROR]: 'callee',
};

/**
 * @param details HELLO.Details of the sender
 * @throws ProtocolError when it sends a payload that it did not announce to send
 */
export function checkPassthru(details: Dict, message: RoutedMessage): void {
  const options: Dict | undefined =
    message.code === Code.ERROR ? message.details : 'options' in message ? message.options : undefined;
  // Almost no message has it.
  if (options?.ppt_scheme === undefined) return;
  const role = senders[message.code];
  if (role === undefined || announces(details, role, 'payload_passthru_mode')) return;
  const where = message.code === Code.ERROR ? 'Details' : 'Options';
  throw new ProtocolError(
    `${nameOf(message.code)}.${where}.ppt_scheme: this ${role} did not announce payload_passthru_mode`,
  );
}

/** Whether a payload with these options can be read by who has these details (of HELLO). */
export function canRead(options: Dict, role: Role, details: Dict): boolean {
  return options.ppt_scheme === undefined || announces(details, role, 'payload_passthru_mode');
}
