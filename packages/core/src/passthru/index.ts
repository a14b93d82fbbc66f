export type { PassthruOptions, PayloadCipher } from './passthru.js';
export { passthru } from './passthru.js';
export type { ValueCodec } from './value-codec.js';
export { valueCodec } from './value-codec.js';
