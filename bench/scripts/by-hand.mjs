// The least that publishes over `ws`: no check, no error, no time limit.
import WebSocket from 'ws';

const socket = new WebSocket(process.argv[2], 'wamp.2.json');
const answers = {
  2: [16, 1, { acknowledge: true }, 'bench.topic', [1]],
  17: [6, {}, 'wamp.close.normal'],
};
socket.on('open', () => socket.send('[1,"realm1",{"roles":{"publisher":{}}}]'));
socket.on('message', (data) => {
  const [type] = JSON.parse(data);
  if (answers[type]) socket.send(JSON.stringify(answers[type]));
  else socket.close();
});
