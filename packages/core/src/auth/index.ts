export { anonymous } from './anonymous.js';
export type { Auth, Identity, Proof } from './auth.js';
export type { TicketOptions } from './ticket.js';
export { ticket } from './ticket.js';
