/**
 * Picks one of several nodes for a key by rendezvous hashing (highest random weight): every router picks the same one
 * whatever the order of the nodes, and when a node comes or goes only the keys that are its own move.
 * @returns `undefined` when there is no node
 */
export function rendezvous(key: string, nodes: Iterable<string>): string | undefined {
  const seed = mix(OFFSET, key);
  let best: string | undefined;
  let highest = -1;
  for (const node of nodes) {
    const weight = finish(mix(seed, node));
    if (weight > highest || (weight === highest && best !== undefined && node > best)) {
      best = node;
      highest = weight;
    }
  }
  return best;
}

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a over the characters, and one step more, so that where the key ends and the node begins matters. */
function mix(start: number, text: string): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return Math.imul(hash ^ 0x1_0000, PRIME);
}

/** Spreads what the last characters changed over all 32 bits; without it similar names win together. */
function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
