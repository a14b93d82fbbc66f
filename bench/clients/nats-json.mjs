import { open as openNats } from './nats.mjs';

/** With the payloads as JSON, in which all the other clients have theirs too. */
export async function open(url) {
  const client = await openNats(url);
  return {
    subscribe: (topic, onEvent) => client.subscribe(topic, (text) => onEvent(JSON.parse(text).msg)),
    call: async (procedure, argument) =>
      JSON.parse(await client.call(procedure, JSON.stringify({ msg: argument }))).msg,
  };
}
