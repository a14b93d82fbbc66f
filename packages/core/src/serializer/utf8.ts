// Stateless between calls. Fatal, for what is not UTF-8 is malformed; a byte order mark is a character like others.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text from `start` to `end`. Short ASCII is put together here, because a call to the decoder costs more.
 * @throws TypeError when it is not UTF-8
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > 24) return decoder.decode(bytes.subarray(start, end));
  const units = new Array<number>(length);
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i] ?? 0;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    units[i] = byte;
  }
  return String.fromCharCode(...units);
}

/**
 * The end of the UTF-8 sequence that starts at `at` with a byte of 0x80 or more; -1 when it is not well formed: no
 * overlong form, no surrogate, nothing beyond U+10FFFF (RFC 3629, section 4).
 * @param end where the text ends; a sequence may not reach beyond it
 */
export function endOfSequence(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return -1;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return -1;
  for (let i = at + 2; i < at + length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return -1;
  return at + length;
}

/** Whether the bytes from `start` to `end` are UTF-8. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = end - start < 64 ? start : skipAscii(bytes, start, end);
  while (at < end) {
    if ((bytes[at] ?? 0) < 0x80) at++;
    else {
      at = endOfSequence(bytes, at, end);
      if (at < 0) return false;
    }
  }
  return true;
}

/** To where ASCII ends, or up to three bytes before: four at a time, for most long text is ASCII. */
function skipAscii(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  let at = start;
  while (at <= end - 4 && (view.getUint32(at) & 0x80808080) === 0) at += 4;
  return at;
}
