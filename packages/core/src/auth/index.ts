export { anonymous } from './anonymous.js';
export type { Auth, ChannelBinding, Identity, Join, Proof, Verify } from './auth.js';
export { equalBytes, xorBytes } from './bytes.js';
export { cookie } from './cookie.js';
export type { CryptosignOptions } from './cryptosign.js';
export { cryptosign } from './cryptosign.js';
export {
  cryptosignBoundChallenge,
  cryptosignChannelId,
  cryptosignMessage,
  cryptosignPublicKey,
  cryptosignSignature,
} from './cryptosign-signature.js';
export { AuthenticationError } from './errors.js';
export { saslprep } from './saslprep.js';
export type { ScramLimits, ScramOptions, ScramRange } from './scram.js';
export { scram } from './scram.js';
export type { ScramCost, ScramCredential } from './scram-credential.js';
export { scramCredential } from './scram-credential.js';
export type { ScramSalting } from './scram-kdf.js';
export { scramSaltedPassword } from './scram-kdf.js';
export type { ScramExchange, ScramKeys } from './scram-proof.js';
export { isScramProof, scramKeys, scramMessage, scramProof, scramServerSignature } from './scram-proof.js';
export type { TicketOptions } from './ticket.js';
export { ticket } from './ticket.js';
export type { TlsAuthOptions } from './tls.js';
export { tls } from './tls.js';
export type { WampcraOptions } from './wampcra.js';
export { wampcra } from './wampcra.js';
export type { WampcraSalting } from './wampcra-signature.js';
export { wampcraKey, wampcraSignature } from './wampcra-signature.js';
