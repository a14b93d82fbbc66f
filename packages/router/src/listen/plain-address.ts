/** An address without what does not tell hosts apart: IPv4 in IPv6's clothes, an interface's name. */
export function plainAddress(address: string): string {
  return address
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
}
