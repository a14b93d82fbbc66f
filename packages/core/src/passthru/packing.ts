import { ProtocolError } from '../wire/errors.js';
import { isDict } from '../wire/fields.js';
import type { Dict, Uri } from '../wire/messages.js';
import type { Serializer } from '../wire/serializer.js';
import { valueCodec } from './value-codec.js';

/** Arguments and keyword arguments, as an application sees them. */
export interface Packable {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** Arguments as one binary, and back: a dictionary of `args` and `kwargs` in a serializer's format. */
export interface Packing {
  /**
   * @param more keys of the dictionary beside these two
   * @throws EncodeError when they have no faithful form in this format
   */
  pack(content: Packable, more?: Dict): Uint8Array;
  /**
   * @param uri the topic or procedure, for the error
   * @throws ProtocolError when that is not what `pack` makes
   */
  unpack(bytes: Uint8Array, uri: Uri): Packable & { readonly more: Dict };
}

export function packing(serializer: Serializer): Packing {
  const codec = valueCodec(serializer);
  return {
    pack: ({ args, kwargs }, more = {}) => codec.encode({ args, kwargs, ...more }),
    unpack(bytes, uri) {
      const unpacked = codec.decode(bytes);
      if (!isDict(unpacked)) throw new ProtocolError(`${uri}: a packed payload is a dictionary of args and kwargs`);
      const { args, kwargs, ...more } = unpacked;
      return { args: Array.isArray(args) ? args : [], kwargs: isDict(kwargs) ? kwargs : {}, more };
    },
  };
}
