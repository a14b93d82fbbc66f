import { packing } from '../passthru/packing.js';
import { cbor } from '../serializer/cbor.js';
import type { Content, Interceptor, ReceivedKind, SentKind } from '../session/interceptor.js';
import type { Uri } from '../wire/messages.js';
import { isRouters } from '../wire/uri.js';
import type { CipherName } from './ciphers.js';
import { isCipherName, open, seal } from './ciphers.js';
import { DecryptionError } from './errors.js';
import type { PayloadKey } from './keyring.js';
import { Keyring } from './keyring.js';

/** `ppt_scheme` on the wire. */
const SCHEME = 'wamp';

/** Beside `args` and `kwargs` in what is sealed (ours): how and under which URI it is to arrive. */
const PLACE = '_place';

/** Options of `encryption`. */
export interface EncryptionOptions {
  /**
   * The keys of this side. A function is asked for each message, so that keys can come and go while the client lives;
   * it gives the same array as long as nothing changed.
   */
  readonly keys: readonly PayloadKey[] | (() => readonly PayloadKey[]);
  /** What is sealed with; both are opened. Default `xsalsa20poly1305`. */
  readonly cipher?: CipherName;
}

/**
 * End-to-end encryption as an interceptor (spec: "Payload End-to-End Encryption"): what is sent under a topic or
 * procedure that has a key is sealed with it, arguments and errors included; the router sees the URI and one binary.
 * What arrives under such a URI and is not sealed with a key for it, or was sealed for another place, is refused with a `DecryptionError`: it rejects
 * the call, or is thrown to the event handler that reads the arguments. URIs without a key travel as they are, and so
 * do the router's own (`wamp.`, `wigwag.`) and its own errors.
 *
 * Keys reach both sides by other means than the router. A key seals at most 2^32 messages with `aes256gcm`, whose
 * nonces are short; with `xsalsa20poly1305` there is no such bound.
 * @throws TypeError, RangeError when a key or the cipher is none
 */
export function encryption({ keys, cipher = 'xsalsa20poly1305' }: EncryptionOptions): Interceptor {
  if (!isCipherName(cipher)) throw new TypeError(`cipher "${cipher}": there are xsalsa20poly1305 and aes256gcm`);
  const { pack, unpack } = packing(cbor());
  const ring = rings(keys);
  ring();
  return {
    send(kind, uri, content) {
      const key = isRouters(uri) ? undefined : ring().sealing(uri);
      if (!key) return content;
      const options = {
        ...content.options,
        ppt_scheme: SCHEME,
        ppt_serializer: 'cbor',
        ppt_cipher: cipher,
        ppt_keyid: key.id,
      };
      const more = { [PLACE]: placeOf(arrives[kind], uri, content) };
      return { args: [seal(cipher, key.key, pack(content, more))], kwargs: {}, options };
    },
    receive(kind, uri, content) {
      const { args, options } = content;
      if (options.ppt_scheme !== SCHEME) {
        if (!mayBePlain(kind, uri, content, ring()))
          throw new DecryptionError(uri, 'it came in plain text, and has a key');
        return content;
      }
      const { ppt_serializer: format, ppt_cipher: name, ppt_keyid: id } = options;
      const keyId = typeof id === 'string' ? id : undefined;
      const fail = (why: string, cause?: unknown) => new DecryptionError(uri, why, keyId, { cause });
      const key = ring().opening(uri, id);
      if (!key) throw fail(`it is sealed with key "${keyId ?? ''}", which is not among the keys for this URI`);
      if (!isCipherName(name)) throw fail(`it is sealed with cipher "${String(name)}", which is not known`);
      if (format !== 'cbor') throw fail(`it is packed with "${String(format)}", and only cbor is unpacked`);
      const [box] = args;
      if (!(box instanceof Uint8Array)) throw fail('it is not one binary');
      const { args: unpacked, kwargs, more } = unpack(opened(name, key, box, fail), uri);
      // Peers that are not ours do not say it.
      const place = more[PLACE];
      if (place !== undefined && !isSame(place, placeOf(kind, uri, content))) {
        throw fail(`it was sealed as ${describePlace(place)}, and came as ${placeOf(kind, uri, content).join(' ')}`);
      }
      return { args: unpacked, kwargs, options };
    },
  };
}

/** What a message is when it arrives. */
const arrives: Readonly<Record<SentKind, ReceivedKind>> = {
  publish: 'event',
  call: 'invocation',
  yield: 'result',
  error: 'error',
};

/** Where a payload belongs: a router that moved it to another topic, or gave it out as an answer, would be believed. */
function placeOf(kind: ReceivedKind, uri: Uri, { error }: Content): readonly string[] {
  return error === undefined ? [kind, uri] : [kind, uri, error];
}

function isSame(place: unknown, expected: readonly string[]): boolean {
  return Array.isArray(place) && place.length === expected.length && expected.every((part, at) => part === place[at]);
}

function describePlace(place: unknown): string {
  return Array.isArray(place) ? place.join(' ') : 'something else';
}

function opened(
  name: CipherName,
  { key }: PayloadKey,
  box: Uint8Array,
  fail: (why: string, cause: unknown) => Error,
): Uint8Array {
  try {
    return open(name, key, box);
  } catch (cause) {
    throw fail('it was sealed with another key of the same id, or changed on its way', cause);
  }
}

/** What nobody seals: URIs without a key, and what the router itself says. */
function mayBePlain(kind: ReceivedKind, uri: Uri, { error }: Content, ring: Keyring): boolean {
  if (isRouters(uri) || !ring.sealing(uri)) return true;
  return kind === 'error' && error !== undefined && isRouters(error);
}

/** The keyring of now, made anew only when there are other keys. */
function rings(keys: EncryptionOptions['keys']): () => Keyring {
  const now = typeof keys === 'function' ? keys : () => keys;
  let from: readonly PayloadKey[] | undefined;
  let ring = new Keyring([]);
  return () => {
    const given = now();
    if (given !== from) {
      ring = new Keyring(given);
      from = given;
    }
    return ring;
  };
}
