// Socket.IO as its documentation has it: rooms for topics, acknowledgements for calls.
//   node socketio.mjs PORT
import { Server } from 'socket.io';

const io = new Server(Number(process.argv[2]), { transports: ['websocket'], serveClient: false });
let callee;
io.on('connection', (socket) => {
  socket.on('subscribe', (topic, done) => {
    socket.join(topic);
    done();
  });
  socket.on('publish', (topic, message) => io.to(topic).emit('event', topic, message));
  socket.on('register', (done) => {
    callee = socket;
    done();
  });
  socket.on('call', (argument, done) => callee.emit('call', argument, done));
});
