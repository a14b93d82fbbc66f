import { isIPv6 } from 'node:net';
import { plainAddress } from './plain-address.js';

/** How many connections each address has, over all listeners of a router, and a limit to that. */
export class Addresses {
  readonly #open = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** @returns whether it may have one more, which is counted until it leaves */
  enter(address: string): boolean {
    const host = hostOf(address);
    const before = this.#open.get(host) ?? 0;
    if (before >= this.most) return false;
    this.#open.set(host, before + 1);
    return true;
  }

  /** Takes off one connection that had entered; to be called once for each. */
  leave(address: string): void {
    const host = hostOf(address);
    const left = (this.#open.get(host) ?? 1) - 1;
    if (left > 0) this.#open.set(host, left);
    else this.#open.delete(host);
  }
}

/** In IPv6 a host has at least a network of 2^64 addresses to itself: the network counts. */
function hostOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])];
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
