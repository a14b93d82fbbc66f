import { plainAddress } from './plain-address.js';

/** Whether a host name or an address, in a URL's brackets or not, is this machine and nobody else's. */
export function isLoopback(host: string): boolean {
  const plain = plainAddress(host.replace(/^\[|\]$/g, ''));
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|::1)$/.test(plain);
}
