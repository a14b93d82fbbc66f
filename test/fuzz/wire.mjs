// A client without manners: it frames by hand, so that it can frame wrongly too.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const EMPTY = Buffer.alloc(0);

/** What ends the wait for a frame: the router hung up, or said something. */
class Wire {
  /** Bytes that no frame was made of yet. */
  received = EMPTY;
  closed = false;
  #wake = () => {};

  constructor(socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.received = this.received.byteLength === 0 ? chunk : Buffer.concat([this.received, chunk]);
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** @param {() => T | undefined} take looks at `received`; undefined: not yet. Undefined when the router hung up. */
  async until(take) {
    for (;;) {
      const taken = take();
      if (taken !== undefined) return taken;
      if (this.closed) return undefined;
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  cut(length) {
    const taken = this.received.subarray(0, length);
    this.received = this.received.subarray(length);
    return taken;
  }

  write(bytes) {
    if (!this.closed) this.socket.write(bytes);
  }

  destroy() {
    this.socket.destroy();
  }
}

async function dial(port) {
  const socket = connect(port, '127.0.0.1');
  const wire = new Wire(socket);
  await new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  return wire;
}

/** A WebSocket connection, upgraded. Undefined when the router would not. */
export async function webSocket(port, format) {
  const wire = await dial(port);
  const key = randomBytes(16).toString('base64');
  wire.write(
    `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: wamp.2.${format}\r\n\r\n`,
  );
  const head = await wire.until(() => {
    const end = wire.received.indexOf('\r\n\r\n');
    return end < 0 ? undefined : wire.cut(end + 4).toString();
  });
  if (!head?.startsWith('HTTP/1.1 101')) return undefined;
  const opcode = format === 'json' ? 1 : 2;
  return {
    wire,
    frame: (bytes) => webSocketFrame(bytes, { opcode }),
    /** The payload of the next message; undefined when the router closes. */
    receive: async () => {
      for (;;) {
        const frame = await wire.until(() => takeWebSocketFrame(wire));
        if (!frame || frame.opcode === 8) return undefined;
        if (frame.opcode === 9) wire.write(webSocketFrame(frame.payload, { opcode: 10 }));
        else if (frame.opcode < 8) return frame.payload;
      }
    },
  };
}

/** A frame of a client; each part of its head can be made wrong. */
export function webSocketFrame(payload, { opcode = 1, fin = true, rsv = 0, masked = true, length = payload.length }) {
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!masked) return Buffer.concat([head, payload]);
  head[1] |= 0x80;
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, Buffer.from(payload.map((byte, i) => byte ^ mask[i & 3]))]);
}

function takeWebSocketFrame(wire) {
  const { received } = wire;
  if (received.length < 2) return undefined;
  const short = received[1] & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (received.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? received.readUInt16BE(2) : Number(received.readBigUInt64BE(2));
  if (received.length < start + length) return undefined;
  const opcode = received[0] & 0x0f;
  return { opcode, payload: wire.cut(start + length).subarray(start) };
}

const rawSocketFormats = { json: 1, msgpack: 2, cbor: 3 };

/** A RawSocket connection after its handshake. Undefined when the router would not. */
export async function rawSocket(port, format) {
  const wire = await dial(port);
  wire.write(Buffer.of(0x7f, 0xf0 | rawSocketFormats[format], 0, 0));
  const answer = await wire.until(() => (wire.received.length < 4 ? undefined : wire.cut(4)));
  if (answer?.[0] !== 0x7f) return undefined;
  return {
    wire,
    frame: (bytes) => rawSocketFrame(bytes, {}),
    receive: async () => {
      for (;;) {
        const frame = await wire.until(() => takeRawSocketFrame(wire));
        if (!frame) return undefined;
        if (frame.type === 1) wire.write(rawSocketFrame(frame.payload, { type: 2 }));
        else if (frame.type === 0) return frame.payload;
      }
    },
  };
}

export function rawSocketFrame(payload, { type = 0, length = payload.length }) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  head[0] = type;
  return Buffer.concat([head, payload]);
}

function takeRawSocketFrame(wire) {
  const { received } = wire;
  if (received.length < 4) return undefined;
  const length = received.readUIntBE(1, 3);
  if (received.length < 4 + length) return undefined;
  const type = received[0];
  return { type, payload: wire.cut(4 + length).subarray(4) };
}
