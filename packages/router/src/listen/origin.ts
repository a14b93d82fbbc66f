import { isLoopback } from './loopback.js';

/**
 * Whose pages may connect, where the listener does not say: pages of its own host, whatever their port, and where it is
 * bound to this machine alone, pages of this machine. With a list, those on it, and no others: `https://shop.example`,
 * `https://*.shop.example` for all below it, or `*` for anybody, which lets any page act for whoever looks at it.
 */
export type Origins = readonly string[];

/** An upgrade request, as far as it matters where its page came from. */
export interface Visit {
  /** Its header `Origin`; browsers send it always, other clients as a rule not. */
  readonly origin: string | undefined;
  /** Its header `Host`. */
  readonly host: string | undefined;
  /** Whether the listener is bound to this machine alone. */
  readonly local: boolean;
}

/** How a page got by: `open` is by the entry `*`, so that what the browser adds (cookies) proves nothing. */
export type Passage = 'checked' | 'open' | 'refused';

/** Browsers let any page open a WebSocket to anywhere (RFC 6455, 10.2): the server has to look where it came from. */
export function judgeOrigin({ origin, host, local }: Visit, allowed: Origins | undefined): Passage {
  if (origin === undefined) return 'checked';
  if (allowed) {
    if (allowed.some((entry) => entry !== '*' && matches(origin, entry))) return 'checked';
    return allowed.includes('*') ? 'open' : 'refused';
  }
  const page = hostOf(origin);
  if (page === undefined) return 'refused';
  const own = host === undefined ? undefined : hostOf(`http://${host}`);
  return page === own || (local && isLoopback(page)) ? 'checked' : 'refused';
}

/** @throws TypeError for entries that no origin could ever equal */
export function checkOrigins(origins: Origins): void {
  for (const entry of origins) {
    if (entry === '*' || entry === 'null') continue;
    const url = entry.replace('://*.', '://');
    if (!url.includes('*') && URL.canParse(url) && new URL(url).origin === url.toLowerCase()) continue;
    throw new TypeError(
      `${JSON.stringify(entry)} is no origin: one is a scheme, a host and perhaps a port, such as https://shop.example`,
    );
  }
}

function matches(origin: string, entry: string): boolean {
  const [own, wanted] = [origin.toLowerCase(), entry.toLowerCase()];
  const at = wanted.indexOf('://*.');
  if (at < 0) return own === wanted;
  const [scheme, domain] = [wanted.slice(0, at + 3), wanted.slice(at + 4)];
  return own.startsWith(scheme) && own.endsWith(domain) && own.length > scheme.length + domain.length;
}

/** The host in an origin or a URL; `undefined` where there is none. */
export function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname || undefined : undefined;
}
