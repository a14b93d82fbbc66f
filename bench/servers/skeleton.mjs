// What is left of a WAMP router when all that makes it one is taken away: no checks, no limits, no roles, no patterns,
// no answer to a mistake. It speaks JSON to clients that make none.
//   node skeleton.mjs PORT
import { frame, send, serve } from './sockets.mjs';

const topics = new Map();
const procedures = new Map();
const calls = new Map();
const selves = new WeakMap();
let ids = 0;

const only = (socket) => selves.get(socket) ?? selves.set(socket, [socket]).get(socket);
const say = (sockets, message) => send(sockets, frame(JSON.stringify(message)));

serve(
  Number(process.argv[2]),
  (socket, bytes) => {
    const [code, request, options, uri, ...payload] = JSON.parse(bytes.toString());
    switch (code) {
      case 1:
        return say(only(socket), [2, ++ids, { roles: { broker: {}, dealer: {} } }]);
      case 32: {
        const topic = topics.get(uri) ?? { id: ++ids, sockets: new Set() };
        topics.set(uri, topic);
        topic.sockets.add(socket);
        return say(only(socket), [33, request, topic.id]);
      }
      case 16: {
        const topic = topics.get(uri);
        if (topic) say(topic.sockets, [36, topic.id, ++ids, {}, ...payload]);
        return;
      }
      case 64:
        procedures.set(uri, { id: ++ids, socket });
        return say(only(socket), [65, request, ids]);
      case 48: {
        const procedure = procedures.get(uri);
        calls.set(++ids, { socket, request });
        return say(only(procedure.socket), [68, ids, procedure.id, options, ...payload]);
      }
      case 70: {
        const call = calls.get(request);
        calls.delete(request);
        return say(only(call.socket), [50, call.request, options, uri, ...payload]);
      }
    }
  },
  (socket) => {
    for (const topic of topics.values()) topic.sockets.delete(socket);
  },
);
