import type { Client, ClientOptions } from '@wigwag/core';
import type { Router, RouterOptions } from '@wigwag/router';
import { describe, test } from 'vitest';
import type { Carrier, Format } from '../../support/peers.js';
import { formats, Stage } from '../../support/peers.js';

/** What a row works with: our router, and as many of our clients as it connects, all over one carrier in one format. */
export interface Cell {
  readonly router: Router;
  readonly carrier: Carrier;
  readonly format: Format;
  /** A client that has joined `realm1`; the matrix closes it. */
  connect(options?: Partial<ClientOptions>): Promise<Client>;
}

const across: readonly Carrier[] = ['memory', 'websocket', 'rawsocket'];

/**
 * A rule of the protocol, proven end to end by nine tests: in memory, over WebSocket and over RawSocket, each in JSON,
 * CBOR and MessagePack. Every cell has a router of its own.
 */
export function matrix(title: string, row: (cell: Cell) => Promise<void>, options: RouterOptions = {}): void {
  describe(title, () => {
    const cells = across.flatMap((carrier) => formats.map((format) => ({ carrier, format })));
    test.each(cells)('$carrier, $format', async ({ carrier, format }) => {
      const stage = await Stage.open(options);
      try {
        const { router } = stage;
        await row({ router, carrier, format, connect: (own) => stage.join(carrier, format, own) });
      } finally {
        await stage.close();
      }
    });
  });
}

/** The id of a client's session; 0 while it has none. */
export function sessionOf(client: Client): number {
  return client.state.type === 'joined' ? client.state.session : 0;
}
