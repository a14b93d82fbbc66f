import { describe, expect, test } from 'vitest';
import type { Carrier } from '../../src/session/inbound.js';
import { Inbound } from '../../src/session/inbound.js';
import { Turn } from '../../src/session/turn.js';
import { until } from '../support/peer.js';

interface Parcel {
  readonly name: string;
}

/** Messages of 10 bytes on their way through one stage, in which each stays until the test lets it go. */
function stage() {
  const seen: string[] = [];
  const held: (() => void)[] = [];
  const carrier: Carrier<Parcel> = {
    carry: ({ name }) => {
      seen.push(name);
      return new Promise((resolve) => held.push(resolve));
    },
    drained: () => {},
  };
  const inbound = new Inbound(carrier, new Turn());
  for (const name of ['a', 'b', 'c', 'b']) inbound.push({ name }, 10);
  return { inbound, seen, letGo: () => held.shift()?.() };
}

const named = (wanted: string) => (parcel: Parcel) => parcel.name === wanted;

describe('what is withdrawn', () => {
  test('is passed over when its turn comes, and takes its room until then', async () => {
    const { inbound, seen, letGo } = stage();
    expect(inbound.withdraw(named('b'))).toEqual({ name: 'b' });
    expect(inbound.withdraw(named('x'))).toBeUndefined();
    expect(inbound.bytes).toBe(30);
    letGo();
    await until(() => seen.length === 2);
    expect(inbound.bytes).toBe(10);
    letGo();
    await until(() => seen.length === 3);
    expect(seen).toEqual(['a', 'c', 'b']);
  });

  test('is not withdrawn again: the next that is wanted is', () => {
    const { inbound } = stage();
    const [first, second] = [inbound.withdraw(named('b')), inbound.withdraw(named('b'))];
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
    expect(inbound.withdraw(named('b'))).toBeUndefined();
  });

  test('is none of what is left at the end, be it in the stage or waiting', () => {
    const { inbound } = stage();
    const inStage = inbound.withdraw(named('a'));
    expect(inStage && inbound.isWithdrawn(inStage)).toBe(true);
    inbound.withdraw(named('c'));
    expect(inbound.close()).toEqual([{ name: 'b' }, { name: 'b' }]);
  });
});

test('what is left at the end is what was not carried through, in order', () => {
  const { inbound } = stage();
  expect(inbound.close().map(({ name }) => name)).toEqual(['a', 'b', 'c', 'b']);
  expect(inbound.bytes).toBe(0);
});
