import { gcm } from '@noble/ciphers/aes.js';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { randomBytes } from '@noble/ciphers/utils.js';

/** `ppt_cipher` on the wire (spec: "Payload Passthru Mode"). Both find out about a wrong key or a changed byte. */
export type CipherName = 'xsalsa20poly1305' | 'aes256gcm';

/** Octets of a key, for either cipher. */
export const KEY_LENGTH = 32;

/** Each with the octets of its nonce, drawn at random for every message. */
const ciphers = {
  xsalsa20poly1305: { cipher: xsalsa20poly1305, nonceLength: 24 },
  aes256gcm: { cipher: gcm, nonceLength: 12 },
} as const;

export function isCipherName(name: unknown): name is CipherName {
  return typeof name === 'string' && Object.hasOwn(ciphers, name);
}

/** @returns nonce, then what the cipher gives: for xsalsa20poly1305 a NaCl secretbox, for aes256gcm text and tag */
export function seal(name: CipherName, key: Uint8Array, plain: Uint8Array): Uint8Array {
  const { cipher, nonceLength } = ciphers[name];
  const nonce = randomBytes(nonceLength);
  const sealed = cipher(key, nonce).encrypt(plain);
  const box = new Uint8Array(nonceLength + sealed.byteLength);
  box.set(nonce);
  box.set(sealed, nonceLength);
  return box;
}

/** @throws Error when the box was not sealed with this key and cipher, or was changed since */
export function open(name: CipherName, key: Uint8Array, box: Uint8Array): Uint8Array {
  const { cipher, nonceLength } = ciphers[name];
  return cipher(key, box.subarray(0, nonceLength)).decrypt(box.subarray(nonceLength));
}
