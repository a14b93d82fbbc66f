// The load generator's own WebSocket client: it does as little as a client can, so that one process of it is enough for
// a fast server. Messages are handed out as places in a buffer that is only theirs for the length of the call.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/** Not zero, so that servers have something to unmask (RFC 6455, 5.3). */
const MASK = Buffer.from([0x5a, 0xc3, 0x17, 0x99]);
/** Reading is synchronous, so one buffer serves all connections. */
const readBuffer = Buffer.allocUnsafe(256 * 1024);
const TEXT = 0x81;
const PONG = 0x8a;

export class Connection {
  /** Told of each message: `(bytes, start, end)`. */
  onMessage = () => {};
  isClosed = false;
  #socket;
  #pending = [];
  #rest;

  /** @param {string} url `ws://…` */
  static open(url, subprotocol) {
    const connection = new Connection();
    return connection.#open(new URL(url), subprotocol).then(() => connection);
  }

  send(text, head = TEXT) {
    if (this.#pending.length === 0) process.nextTick(() => this.#write());
    this.#pending.push(frame(Buffer.from(text), head));
  }

  /** Reads no more, for good: a peer that has stalled. */
  stall() {
    this.#socket.pause();
  }

  close() {
    this.#socket.destroy();
  }

  #open(url, subprotocol) {
    return new Promise((resolve, reject) => {
      let onData = (bytes) => {
        const answer = bytes.toString('latin1');
        if (!answer.startsWith('HTTP/1.1 101')) return reject(new Error(`${url}: ${answer.slice(0, 200)}`));
        const end = bytes.indexOf('\r\n\r\n') + 4;
        onData = (more) => this.#read(more);
        resolve();
        const early = Buffer.from(bytes.subarray(end));
        if (early.length > 0) setImmediate(() => this.#read(early));
      };
      this.#socket = connect({
        host: url.hostname,
        port: Number(url.port),
        noDelay: true,
        onread: {
          buffer: readBuffer,
          callback: (length, buffer) => {
            onData(buffer.subarray(0, length));
            return true;
          },
        },
      });
      this.#socket.on('error', reject);
      this.#socket.on('close', () => {
        this.isClosed = true;
        reject(new Error(`${url}: closed`));
      });
      const lines = [
        `GET ${url.pathname}${url.search} HTTP/1.1`,
        `Host: ${url.host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        ...(subprotocol ? [`Sec-WebSocket-Protocol: ${subprotocol}`] : []),
      ];
      this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
  }

  #write() {
    const frames = this.#pending;
    this.#pending = [];
    this.#socket.write(frames.length === 1 ? frames[0] : Buffer.concat(frames));
  }

  #read(bytes) {
    const all = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    let at = 0;
    while (all.length - at >= 2) {
      const short = all[at + 1] & 0x7f;
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (all.length - at < header) break;
      const length =
        short < 126 ? short : short === 126 ? all.readUInt16BE(at + 2) : Number(all.readBigUInt64BE(at + 2));
      const start = at + header;
      if (all.length - start < length) break;
      this.#take(all[at] & 0x0f, all, start, start + length);
      at = start + length;
    }
    this.#rest = at < all.length ? Buffer.from(all.subarray(at)) : undefined;
  }

  #take(opcode, bytes, start, end) {
    if (opcode < 8) this.onMessage(bytes, start, end);
    else if (opcode === 9) this.send(bytes.toString('latin1', start, end), PONG);
    else if (opcode === 8) this.close();
  }
}

function frame(payload, head) {
  const { length } = payload;
  const header = length < 126 ? 6 : length < 2 ** 16 ? 8 : 14;
  const bytes = Buffer.allocUnsafe(header + length);
  bytes[0] = head;
  if (header === 6) bytes[1] = 0x80 | length;
  else if (header === 8) {
    bytes[1] = 0xfe;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 0xff;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  MASK.copy(bytes, header - 4);
  for (let i = 0; i < length; i++) bytes[header + i] = payload[i] ^ MASK[i & 3];
  return bytes;
}
