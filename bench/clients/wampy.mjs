import { Wampy } from 'wampy';
import WebSocket from 'ws';

export async function open(url) {
  const client = new Wampy(url, { realm: 'realm1', ws: WebSocket, autoReconnect: false });
  await client.connect();
  return {
    subscribe: (topic, onEvent) => client.subscribe(topic, ({ argsDict }) => onEvent(argsDict.msg)),
    call: (procedure, argument) => client.call(procedure, [argument]),
  };
}
