export type { CipherName } from './ciphers.js';
export type { EncryptionOptions } from './encryption.js';
export { encryption } from './encryption.js';
export { DecryptionError } from './errors.js';
export type { PayloadKey } from './keyring.js';
