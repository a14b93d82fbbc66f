import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import type { ChannelBinding } from './auth.js';
import { equalBytes, xorBytes } from './bytes.js';

// Loaded when it is used: curves take a while, and a program that imports this may never log in this way.
const curve = async () => (await import('@noble/curves/ed25519.js')).ed25519;

/**
 * The public key that belongs to a private one, both 32 bytes in hex.
 * @throws Error when the private key is not that
 */
export async function cryptosignPublicKey(privateKey: string): Promise<string> {
  return bytesToHex((await curve()).getPublicKey(hexToBytes(privateKey)));
}

/**
 * The channel id, 32 bytes, that stands for a connection: of `tls-unique`, which is shorter, the hash.
 * @param data what `channelId` of the transport gives
 */
export function cryptosignChannelId(type: ChannelBinding, data: Uint8Array): Uint8Array {
  return type === 'tls-unique' ? sha256(data) : data;
}

/**
 * What is signed: the challenge, tied to the connection where a channel id stands for it (spec: "Computing the
 * Signature").
 */
export function cryptosignMessage(challenge: Uint8Array, channelId: Uint8Array | undefined): Uint8Array {
  return channelId ? xorBytes(challenge, channelId) : challenge;
}

/**
 * A challenge that shows for which connection it was drawn (ours): the hash of a nonce, which CHALLENGE tells too, and the
 * channel id. What is signed is the challenge XOR the channel id, so somebody in the middle who is free to choose the
 * challenge could make up for the difference of two connections; of a hash he is not free to choose.
 */
export function cryptosignBoundChallenge(nonce: Uint8Array, channelId: Uint8Array): Uint8Array {
  return sha256(concatBytes(nonce, channelId));
}

/** Whether a challenge was drawn for this connection, as `cryptosignBoundChallenge` does. @param nonce in hex, as `challenge` */
export function isBoundChallenge(challenge: string, nonce: string, channelId: Uint8Array): boolean {
  return equalBytes(cryptosignBoundChallenge(hexToBytes(nonce), channelId), hexToBytes(challenge));
}

/** AUTHENTICATE.Signature: the Ed25519 signature and the message that it signs, 96 bytes in hex. */
export async function cryptosignSignature(
  privateKey: string,
  challenge: string,
  channelId?: Uint8Array | undefined,
): Promise<string> {
  const message = cryptosignMessage(hexToBytes(challenge), channelId);
  return bytesToHex(concatBytes((await curve()).sign(message, hexToBytes(privateKey)), message));
}
