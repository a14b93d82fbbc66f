/** How a client proves who it is: one function for each method; its cryptography is loaded when it is first needed. */
export { anonymous } from './anonymous.js';
export type { Auth, ChannelBinding, Identity, Join, Proof, Verify } from './auth.js';
export { cookie } from './cookie.js';
export type { CryptosignOptions } from './cryptosign.js';
export { cryptosign } from './cryptosign.js';
export { AuthenticationError } from './errors.js';
export type { ScramLimits, ScramOptions, ScramRange } from './scram.js';
export { scram } from './scram.js';
export type { TicketOptions } from './ticket.js';
export { ticket } from './ticket.js';
export type { TlsAuthOptions } from './tls.js';
export { tls } from './tls.js';
export type { WampcraOptions } from './wampcra.js';
export { wampcra } from './wampcra.js';
