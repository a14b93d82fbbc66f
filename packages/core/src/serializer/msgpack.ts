import type { Serializer } from '../wire/serializer.js';
import { binarySerializer } from './binary.js';
import type { SerializerOptions } from './elements.js';
import { msgpackHeads } from './msgpack-heads.js';
import { msgpackWrite } from './msgpack-write.js';

/** MessagePack over binary frames. Carries what JSON cannot: bytes as they are, dates, NaN and the infinities. */
export function msgpack(options: SerializerOptions = {}): Serializer {
  return binarySerializer('msgpack', msgpackHeads, msgpackWrite, options);
}
