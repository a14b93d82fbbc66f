import { randomBytes } from 'node:crypto';
import { encoders } from './encode.mjs';
import { message } from './messages.mjs';
import { rawSocketFrame, webSocketFrame } from './wire.mjs';

/** Wrong frames around right messages, and right frames that are cut off; after any of them the attacker hangs up. */
const webSocketFrames = [
  (r, bytes) => webSocketFrame(bytes, { opcode: r.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }),
  (r, bytes) => webSocketFrame(bytes, { rsv: 1 + r.below(7) }),
  (_, bytes) => webSocketFrame(bytes, { masked: false }),
  (r, bytes) => webSocketFrame(bytes, { length: r.pick([2 ** 20, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]) }),
  (_, bytes) => webSocketFrame(bytes, { opcode: 0 }),
  (_, bytes) => Buffer.concat([webSocketFrame(bytes, { fin: false }), webSocketFrame(bytes, {})]),
  (r, bytes) => webSocketFrame(bytes, { opcode: 8 + r.below(3), fin: r.chance(0.5) }),
  (r) => webSocketFrame(randomBytes(200), { opcode: 8 + r.below(3) }),
  (r) => webSocketFrame(Buffer.of(r.below(256), r.below(256), 0xff, 0xfe), { opcode: 8 }),
  (r, bytes) => webSocketFrame(bytes, {}).subarray(0, r.below(bytes.length)),
  (_, bytes) => webSocketFrame(bytes, { opcode: 2 }),
  (_, bytes) =>
    Buffer.concat(Array.from({ length: 50 }, () => webSocketFrame(bytes.subarray(0, 1), { fin: false, opcode: 0 }))),
];
const rawSocketFrames = [
  (r, bytes) => rawSocketFrame(bytes, { type: 3 + r.below(253) }),
  (r, bytes) => rawSocketFrame(bytes, { length: r.pick([0, 1, bytes.length + 1, 2 ** 24 - 1]) }),
  (_, bytes) => rawSocketFrame(bytes, { type: 2 }),
  (r) => rawSocketFrame(randomBytes(r.below(300)), { type: 1 }),
  (r, bytes) => rawSocketFrame(bytes, {}).subarray(0, r.below(bytes.length)),
  (r) => randomBytes(r.below(64)),
];

/** @param {'websocket' | 'rawsocket'} carrier */
export function hostileFrame(r, carrier, format) {
  return r.pick(carrier === 'websocket' ? webSocketFrames : rawSocketFrames)(
    r,
    Buffer.from(encoders[format](message(r))),
  );
}

/** What comes in place of an HTTP upgrade, or of a RawSocket handshake. */
const openings = [
  () => 'GET /ws HTTP/1.1\r\n\r\n',
  () => 'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
  () => 'POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n',
  () => `GET /ws HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
  () =>
    'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x\r\n\r\n',
  () =>
    'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ,,wamp.2.json,__proto__\r\n\r\n',
  (r) => randomBytes(1 + r.below(100)),
  (r) => Buffer.of(0x7f, r.below(256), r.below(256), r.below(256)),
];

export const hostileOpening = (r) => r.pick(openings)(r);
