/** The client for any runtime: what `@wigwag/browser` and `@wigwag/node` are made of. */
export * from './auth/methods.js';
export * from './client/index.js';
export * from './meta/index.js';
export * from './session/index.js';
export * from './transport/index.js';
export { CloseUri, EncodeError, ErrorUri, ProtocolError, requireSettings, uriComponent } from './wire/index.js';
