import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A TCP port in front of another, whose connections can die without a word, as those of a network do that is gone. */
export interface FrailLink {
  readonly port: number;
  /** From now on nothing passes on the connections that are open; new ones are not touched. */
  cut(): void;
  /** How many connections were opened through it. */
  readonly opened: number;
  close(): Promise<void>;
}

export async function frailLink(to: number): Promise<FrailLink> {
  const sockets = new Set<Socket>();
  const live = new Set<() => void>();
  let opened = 0;
  const server = createServer((near) => {
    opened++;
    const far = connect(to, '127.0.0.1');
    for (const [from, into] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.pipe(into).on('error', () => {});
      from.on('error', () => into.destroy());
    }
    live.add(() => {
      for (const socket of [near, far]) {
        socket.unpipe();
        socket.resume();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut() {
      for (const end of live) end();
      live.clear();
    },
    get opened() {
      return opened;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
