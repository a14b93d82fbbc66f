import type { Interceptor } from '../session/interceptor.js';
import { ProtocolError } from '../wire/errors.js';
import type { Dict, Uri } from '../wire/messages.js';
import type { Serializer } from '../wire/serializer.js';
import { isRouters } from '../wire/uri.js';
import { packing } from './packing.js';

/** Turns packed arguments into what crosses the wire, and back; for encryption, compression and the like. */
export interface PayloadCipher {
  /** `ppt_cipher` on the wire. */
  readonly name: string;
  /** `ppt_keyid` on the wire, where the receiver needs to know which key. */
  readonly keyId?: string;
  encrypt(plain: Uint8Array): Uint8Array;
  /** @throws whatever says that this is not what `encrypt` made; the receiver sees it */
  decrypt(sealed: Uint8Array, keyId: string | undefined): Uint8Array;
}

/** Options of `passthru`. */
export interface PassthruOptions {
  /** `ppt_scheme` on the wire, such as `mqtt`, or a name of your own that starts with `x_`. */
  readonly scheme: string;
  /** What the arguments are packed with; its format is `ppt_serializer` on the wire. */
  readonly serializer: Serializer;
  readonly cipher?: PayloadCipher;
  /** Which topics and procedures travel this way, apart from the router's own, which never do. Default: all. */
  readonly applies?: (uri: Uri) => boolean;
}

/**
 * Payload passthru mode as an interceptor (spec: "Payload Passthru Mode"): arguments and keyword arguments travel as
 * one binary that no router reads. What arrives with another scheme is left as it is.
 */
export function passthru({ scheme, serializer, cipher, applies = () => true }: PassthruOptions): Interceptor {
  const { pack, unpack } = packing(serializer);
  const keys: Dict = {
    ppt_scheme: scheme,
    ppt_serializer: serializer.id,
    ...(cipher && { ppt_cipher: cipher.name }),
    ...(cipher?.keyId !== undefined && { ppt_keyid: cipher.keyId }),
  };
  return {
    send(_, uri, content) {
      // What the router itself is to read.
      if (isRouters(uri) || !applies(uri)) return content;
      const packed = pack(content);
      const options = { ...content.options, ...keys };
      return { args: [cipher ? cipher.encrypt(packed) : packed], kwargs: {}, options };
    },
    receive(_, uri, content) {
      const { args, options } = content;
      if (options.ppt_scheme !== scheme) return content;
      const [sealed] = args;
      if (!(sealed instanceof Uint8Array))
        throw new ProtocolError(`${uri}: a payload of ppt_scheme ${scheme} is one binary`);
      const keyId = typeof options.ppt_keyid === 'string' ? options.ppt_keyid : undefined;
      const { args: unpacked, kwargs } = unpack(cipher ? cipher.decrypt(sealed, keyId) : sealed, uri);
      return { args: unpacked, kwargs, options };
    },
  };
}
