import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const read = (name: string) => readFileSync(pathOf(name), 'utf8');

/** A certificate and its key, from the fixtures. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}
const pair = (name: string): Pair => ({ cert: read(`${name}.cert.pem`), key: read(`${name}.key.pem`) });

/** A certificate for `localhost` and its key, trusted by nobody but who is told to. */
export const localhost = pair('localhost');

/** Another one for the same. */
export const renewed = pair('renewed');

/** Signed the clients' certificates below, but for the stranger's. */
export const authority = read('authority.cert.pem');

/** Certificates of clients. */
export const clients = {
  /** In the name of `ann`, and of `ann@shop.example`. */
  ann: pair('ann'),
  /** In the name of `laptop-7`. */
  laptop: pair('laptop'),
  /** In the name of `ann`, long ago. */
  expired: pair('expired'),
  /** In the name of `ann`, by an authority that nobody knows. */
  stranger: pair('stranger-ann'),
};
