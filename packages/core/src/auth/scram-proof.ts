import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CHash } from '@noble/hashes/utils.js';
import { toBase64 } from '../wire/base64.js';
import { equalBytes, xorBytes } from './bytes.js';

/** What is kept of a password: from these nobody can log in, and the router can judge who does. */
export interface ScramKeys {
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** The parts of one exchange that both sides sign. */
export interface ScramExchange {
  readonly authid: string;
  /** HELLO.Details.authextra.nonce */
  readonly clientNonce: string;
  /** CHALLENGE.Extra.nonce: the client's, with the router's behind it. */
  readonly nonce: string;
  /** Base64. */
  readonly salt: string;
  readonly iterations: number;
  /** What ties the login to its connection, by the name of its type. */
  readonly binding?: { readonly type: string; readonly data: Uint8Array } | undefined;
}

/** `AuthMessage` (spec: "AuthMessage"; RFC 5802, section 3). */
export function scramMessage(exchange: ScramExchange): string {
  const { authid, clientNonce, nonce, salt, iterations, binding } = exchange;
  const name = authid.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const text = new TextEncoder();
  const header = text.encode(binding ? `p=${binding.type},,` : 'n,,');
  const bound = binding ? Uint8Array.from([...header, ...binding.data]) : header;
  return `n=${name},r=${clientNonce},r=${nonce},s=${salt},i=${iterations},c=${toBase64(bound)},r=${nonce}`;
}

/** The client's two secrets. */
function clientKeys(saltedPassword: Uint8Array, hash: CHash) {
  const text = new TextEncoder();
  const clientKey = hmac(hash, saltedPassword, text.encode('Client Key'));
  return { clientKey, storedKey: hash(clientKey), serverKey: hmac(hash, saltedPassword, text.encode('Server Key')) };
}

/** What a router keeps of a user (spec: "Data Stored on the Server"). @param hash for RFC 5802's own vectors */
export function scramKeys(saltedPassword: Uint8Array, hash: CHash = sha256): ScramKeys {
  const { storedKey, serverKey } = clientKeys(saltedPassword, hash);
  return { storedKey, serverKey };
}

/** `ClientProof`, and the `ServerSignature` that a router which knows the user answers with. */
export function scramProof(
  saltedPassword: Uint8Array,
  message: string,
  hash: CHash = sha256,
): { readonly proof: Uint8Array; readonly serverSignature: Uint8Array } {
  const { clientKey, storedKey, serverKey } = clientKeys(saltedPassword, hash);
  const proof = xorBytes(clientKey, hmac(hash, storedKey, new TextEncoder().encode(message)));
  return { proof, serverSignature: scramServerSignature(serverKey, message, hash) };
}

/** `ServerSignature`, which proves to the client that the router knows the user's keys. */
export function scramServerSignature(serverKey: Uint8Array, message: string, hash: CHash = sha256): Uint8Array {
  return hmac(hash, serverKey, new TextEncoder().encode(message));
}

/** Whether a proof is that of somebody who knows the password; takes as long whatever is wrong with it. */
export function isScramProof(proof: Uint8Array, storedKey: Uint8Array, message: string, hash: CHash = sha256): boolean {
  const signature = hmac(hash, storedKey, new TextEncoder().encode(message));
  const recovered = hash(xorBytes(signature, proof));
  return equalBytes(recovered, storedKey) && proof.length === signature.length;
}
