// What floor and skeleton share: `ws` for receiving, and what one turn of the event loop has for a socket in one write.
import { Sender, WebSocketServer } from 'ws';

/** @param {(socket, message: Buffer) => void} onMessage */
export function serve(port, onMessage, onClose) {
  const server = new WebSocketServer({ port, host: '127.0.0.1', perMessageDeflate: false, clientTracking: false });
  server.on('connection', (ws, request) => {
    const { socket } = request;
    socket.setNoDelay(true);
    ws.on('message', (message) => onMessage(socket, message));
    ws.on('error', () => {});
    ws.on('close', () => onClose(socket));
  });
}

/** One unmasked text frame. */
export function frame(text) {
  const options = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true };
  return Buffer.concat(Sender.frame(Buffer.from(text), options));
}

const waiting = new Map();

/** Sends a frame to sockets at the end of the turn; what goes to the same set of them is put together once. */
export function send(sockets, bytes) {
  if (waiting.size === 0) setImmediate(flush);
  const frames = waiting.get(sockets);
  if (frames) frames.push(bytes);
  else waiting.set(sockets, [bytes]);
}

function flush() {
  for (const [sockets, frames] of waiting) {
    const piece = frames.length === 1 ? frames[0] : Buffer.concat(frames);
    for (const socket of sockets) socket.write(piece);
  }
  waiting.clear();
}
