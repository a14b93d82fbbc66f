// A client with an event loop of its own: joins, and from then on only answers pings. It counts its answers in memory
// that its parent can wait on while that is too busy for anything else.
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';

const { url, answers } = workerData;
const ws = new WebSocket(url, 'wamp.2.json', { autoPong: false });
ws.on('open', () => ws.send('[1,"realm1",{"roles":{"caller":{}}}]'));
ws.on('message', () => parentPort.postMessage('joined'));
ws.on('ping', (data) => {
  ws.pong(data, undefined, () => {
    Atomics.add(answers, 0, 1);
    Atomics.notify(answers, 0);
  });
});
ws.on('close', (code) => parentPort.postMessage(`closed ${code}`));
