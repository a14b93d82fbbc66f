import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rendezvous } from '../../src/matching/rendezvous.js';

const names = fc.uniqueArray(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 8 });

test('picks nobody of nobody', () => {
  expect(rendezvous('key', [])).toBeUndefined();
});

test('picks the same node whatever the order', () => {
  fc.assert(
    fc.property(fc.string(), names, (key, nodes) => {
      expect(rendezvous(key, [...nodes].reverse())).toBe(rendezvous(key, nodes));
    }),
  );
});

test('when a node leaves, only the keys move that were its own', () => {
  fc.assert(
    fc.property(fc.string(), names, fc.nat(), (key, nodes, at) => {
      const gone = nodes[at % nodes.length];
      const before = rendezvous(key, nodes);
      const after = rendezvous(
        key,
        nodes.filter((node) => node !== gone),
      );
      if (before !== gone) expect(after).toBe(before);
    }),
  );
});

test('gives similar nodes similar shares of similar keys', () => {
  const nodes = ['node1', 'node2', 'node3', 'node4'];
  const shares = new Map<string | undefined, number>();
  for (let at = 0; at < 4_000; at++) {
    const node = rendezvous(`sensor-${at}`, nodes);
    shares.set(node, (shares.get(node) ?? 0) + 1);
  }
  for (const node of nodes) expect(shares.get(node)).toBeGreaterThan(850);
});
