/**
 * Whether two byte strings are the same, in a time that depends on their lengths alone: an early exit would tell an
 * attacker how many bytes were right.
 */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= (one[i] ?? 0) ^ (other[i] ?? 0);
  return difference === 0;
}

/** @returns one XOR the other, which are of one length */
export function xorBytes(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((byte, i) => byte ^ (other[i] ?? 0));
}
