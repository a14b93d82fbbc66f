import type { Dict } from '@wigwag/core/wire';

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
