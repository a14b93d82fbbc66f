/** The methods of authentication, and what they are made of: proofs, keys and credentials. */
export { equalBytes, xorBytes } from './bytes.js';
export {
  cryptosignBoundChallenge,
  cryptosignChannelId,
  cryptosignMessage,
  cryptosignPublicKey,
  cryptosignSignature,
} from './cryptosign-signature.js';
export * from './methods.js';
export { saslprep } from './saslprep.js';
export type { ScramCost, ScramCredential } from './scram-credential.js';
export { scramCredential } from './scram-credential.js';
export type { ScramSalting } from './scram-kdf.js';
export { scramSaltedPassword } from './scram-kdf.js';
export type { ScramExchange, ScramKeys } from './scram-proof.js';
export { isScramProof, scramKeys, scramMessage, scramProof, scramServerSignature } from './scram-proof.js';
export type { WampcraSalting } from './wampcra-signature.js';
export { wampcraKey, wampcraSignature } from './wampcra-signature.js';
