// The least that a server in Node can do over `ws`: no format, no checks, no table but who wants what.
//   node floor.mjs PORT
import { frame, send, serve } from './sockets.mjs';

const topics = new Map();
const calls = new Map();
const selves = new WeakMap();
let callee;
let calling = 0;

const only = (socket) => selves.get(socket) ?? selves.set(socket, [socket]).get(socket);

serve(
  Number(process.argv[2]),
  (socket, message) => {
    const space = message.indexOf(0x20);
    const word = message.latin1Slice(1, space < 0 ? message.length : space);
    const rest = () => message.latin1Slice(space);
    switch (message[0]) {
      case 0x53: // S: subscribe
        topics.set(word, (topics.get(word) ?? new Set()).add(socket));
        return send(only(socket), frame('O'));
      case 0x50: // P: publish
        return topics.has(word) ? send(topics.get(word), frame(`E${rest()}`)) : undefined;
      case 0x52: // R: register
        callee = socket;
        return send(only(socket), frame('O'));
      case 0x43: // C: call
        calls.set(++calling, [socket, word]);
        return send(only(callee), frame(`I${calling}${rest()}`));
      case 0x59: {
        // Y: yield
        const [caller, request] = calls.get(Number(word));
        calls.delete(Number(word));
        return send(only(caller), frame(`A${request}${rest()}`));
      }
    }
  },
  (socket) => {
    for (const sockets of topics.values()) sockets.delete(socket);
  },
);
