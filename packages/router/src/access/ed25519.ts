import { createPublicKey, verify } from 'node:crypto';

/**
 * Whether a signature is of this key; false, too, for what is no key and no signature. The platform's own, because it
 * is many times faster than one in JavaScript, and anybody can make a router verify.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const x = Buffer.from(publicKey).toString('base64url');
    return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}
