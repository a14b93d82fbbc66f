import { connect } from '@wigwag/node';

export async function open(url) {
  return using(await connect(url, { realm: 'realm1' }));
}

export function using(client) {
  return {
    subscribe: (topic, onEvent) => client.subscribe(topic, (event) => onEvent(event.kwargs.msg)),
    call: (procedure, argument) => client.call(procedure, [argument]),
  };
}
