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

/** Whether the bytes from `at` to `end` are UTF-8. */
export function isUtf8(bytes: Uint8Array, at: number, end: number): boolean {
  let next = at;
  while (next < end) {
    if ((bytes[next] ?? 0) < 0x80) next++;
    else {
      next = endOfSequence(bytes, next, end);
      if (next < 0) return false;
    }
  }
  return true;
}
