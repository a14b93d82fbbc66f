// A client with an event loop of its own: joins, and from then on only answers pings.
import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';

const ws = new WebSocket(workerData, 'wamp.2.json');
ws.on('open', () => ws.send('[1,"realm1",{"roles":{"caller":{}}}]'));
ws.on('message', () => parentPort.postMessage('joined'));
ws.on('ping', () => parentPort.postMessage('ping'));
ws.on('close', (code) => parentPort.postMessage(`closed ${code}`));
