import { Wampy } from 'wampy';
import WebSocket from 'ws';

export async function open(url) {
  const client = new Wampy(url, { realm: 'realm1', ws: WebSocket, autoReconnect: false });
  await client.connect();
  return {
    subscribe: (topic, onEvent) => client.subscribe(topic, ({ argsDict }) => onEvent(argsDict.msg)),
    call: async (procedure, argument) => (await client.call(procedure, [argument])).argsList[0],
  };
}
