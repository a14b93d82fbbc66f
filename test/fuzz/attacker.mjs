import { connect } from 'node:net';
import { cbor } from '@wigwag/core/serializer/cbor';
import { json } from '@wigwag/core/serializer/json';
import { msgpack } from '@wigwag/core/serializer/msgpack';
import { encoders } from './encode.mjs';
import { hostileFrame, hostileOpening } from './framing.mjs';
import { hostile } from './hostile.mjs';
import { hello } from './messages.mjs';
import { rawSocket, webSocket } from './wire.mjs';

const readers = { json: json(), cbor: cbor(), msgpack: msgpack() };
const formats = Object.keys(readers);
const decoder = new TextDecoder();

/** The fields of a message of the router, which must be well formed whatever was sent to it. */
function read(format, bytes) {
  return readers[format].split(format === 'json' ? decoder.decode(bytes) : new Uint8Array(bytes)).fields;
}

/** Asks something of no consequence, and so learns whether everything before it has been dealt with. */
const PROBE = 2 ** 50;

/**
 * One connection's worth of attack: hostile inputs on one session until the router has had enough, or `most` are sent.
 * @param {{ websocket: number, rawsocket: number }} ports
 * @returns {Promise<{ inputs: number, ended: number }>} rejects with a finding
 */
export async function attack(r, ports, most) {
  const carrier = r.pick(['websocket', 'rawsocket']);
  if (r.chance(0.02)) return opening(r, ports[carrier]);
  const format = r.pick(formats);
  const connection = await (carrier === 'websocket' ? webSocket : rawSocket)(ports[carrier], format);
  if (!connection) throw new Error(`${carrier}: a well-formed handshake was refused`);
  const { wire, frame, receive } = connection;
  try {
    if (r.chance(0.1)) {
      wire.write(frame(hostile(r, format, true)));
      // Whatever it was, the session has to say something about it: WELCOME, ABORT or the end.
      await receive();
      return { inputs: 1, ended: 1 };
    }
    wire.write(frame(encoders[format](hello(r))));
    const welcome = await receive();
    if (!welcome || read(format, welcome)[0] !== 2) throw new Error(`${carrier}, ${format}: HELLO was refused`);
    if (r.chance(0.1)) {
      wire.write(hostileFrame(r, carrier, format));
      return { inputs: 1, ended: 1 };
    }
    let inputs = 0;
    while (inputs < most) {
      inputs++;
      const probe = PROBE + inputs;
      wire.write(Buffer.concat([frame(hostile(r, format)), frame(encoders[format]([34, probe, 2 ** 53 - 1]))]));
      for (;;) {
        const answer = await receive();
        if (!answer) return { inputs, ended: 1 };
        const [code, , request] = read(format, answer);
        if (code === 3 || code === 6) return { inputs, ended: 1 };
        if (code === 8 && request === probe) break;
      }
    }
    return { inputs, ended: 0 };
  } finally {
    wire.destroy();
  }
}

async function opening(r, port) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.end(hostileOpening(r));
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  return { inputs: 1, ended: 1 };
}
