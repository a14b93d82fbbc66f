import { connect } from '@wigwag/node';

export async function open(url) {
  const client = await connect(url, { realm: 'realm1' });
  return {
    subscribe: (topic, onEvent) => client.subscribe(topic, (event) => onEvent(event.kwargs.msg)),
    call: (procedure, argument) => client.call(procedure, [argument]),
  };
}
