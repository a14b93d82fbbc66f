import { io } from 'socket.io-client';

export async function open(url) {
  const socket = io(url, { transports: ['websocket'], reconnection: false });
  await new Promise((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  return {
    async subscribe(topic, onEvent) {
      socket.on('event', (_topic, message) => onEvent(message.msg));
      await socket.emitWithAck('subscribe', topic);
    },
    call: (_procedure, argument) => socket.emitWithAck('call', argument),
  };
}
