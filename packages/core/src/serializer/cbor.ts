import type { Serializer } from '../wire/serializer.js';
import { binarySerializer } from './binary.js';
import { cborHeads } from './cbor-heads.js';
import { cborWrite } from './cbor-write.js';
import type { SerializerOptions } from './elements.js';

/** CBOR over binary frames. Carries what JSON cannot: bytes as they are, dates, NaN and the infinities. */
export function cbor(options: SerializerOptions = {}): Serializer {
  return binarySerializer('cbor', cborHeads, cborWrite, options);
}
