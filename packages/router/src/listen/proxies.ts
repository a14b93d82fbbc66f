import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { plainAddress } from './plain-address.js';

/**
 * The proxies in front of a listener. What they say of whom they speak for is believed; what anybody else says is not,
 * for a header is written in a moment.
 */
export class Proxies {
  /** `undefined` where there are none: what asks it makes objects for the answer. */
  readonly #trusted: BlockList | undefined;

  /**
   * @param trusted addresses, or networks such as `10.0.0.0/8`
   * @throws TypeError for what is neither
   */
  constructor(trusted: readonly string[] = []) {
    if (trusted.length > 0) this.#trusted = new BlockList();
    for (const entry of trusted) {
      const [address = '', bits] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      const most = family === 'ipv6' ? 128 : 32;
      const length = bits === undefined ? most : Number(bits);
      if (isIP(address) === 0 || !/^\d*$/.test(bits ?? '') || bits === '' || length > most) {
        throw new TypeError(`${JSON.stringify(entry)} is no proxy: give an address, or a network such as 10.0.0.0/8`);
      }
      this.#trusted?.addSubnet(address, length, family);
    }
  }

  isTrusted(address: string): boolean {
    if (!this.#trusted) return false;
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && this.#trusted.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Whose request this is: read from the end, where the nearest proxy wrote, to the first that is none of ours. Where
   * the headers `Forwarded` (RFC 7239) and `X-Forwarded-For` disagree, the client wrote one of them and its proxy, which
   * knows the other alone, let it pass: then the proxy is all that is known.
   */
  clientOf(remote: string, { forwarded, 'x-forwarded-for': list }: IncomingHttpHeaders): string {
    const direct = plainAddress(remote);
    const told = [
      ...(forwarded === undefined ? [] : [this.#follow(direct, forwardedHops(forwarded))]),
      ...(list === undefined ? [] : [this.#follow(direct, String(list).split(','))]),
    ];
    const [client = direct, other = client] = told;
    return client === other ? client : direct;
  }

  #follow(direct: string, hops: readonly string[]): string {
    let client = direct;
    for (const hop of [...hops].reverse()) {
      if (!this.isTrusted(client)) return client;
      const address = addressIn(hop);
      // A proxy that hides whom it speaks for: it is all that is known.
      if (address === undefined) return client;
      client = address;
    }
    return client;
  }
}

function forwardedHops(header: string): string[] {
  return header.split(',').map((hop) => /(?:^|;)\s*for\s*=\s*("[^"]*"|[^;\s]*)/i.exec(hop)?.[1] ?? '');
}

/** The address of `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `"[2001:db8::1]:80"`; undefined for names and riddles. */
function addressIn(hop: string): string | undefined {
  const text = hop.trim().replace(/^"|"$/g, '');
  const bare = /^\[(.*)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const plain = plainAddress(bare);
  return isIP(plain) === 0 ? undefined : plain;
}
