import WebSocket from 'ws';

globalThis.WebSocket ??= WebSocket;
const { connect, StringCodec } = await import('nats.ws');

export async function open(url) {
  const connection = await connect({ servers: url, reconnect: false });
  const text = StringCodec();
  return {
    async subscribe(topic, onEvent) {
      connection.subscribe(topic, { callback: (_error, message) => onEvent(text.decode(message.data)) });
      await connection.flush();
    },
    call: async (procedure, argument) => {
      const answer = await connection.request(procedure, text.encode(argument), { timeout: 60_000 });
      return text.decode(answer.data);
    },
  };
}
