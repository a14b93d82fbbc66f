import autobahn from 'autobahn';

export async function open(url) {
  const connection = new autobahn.Connection({ url, realm: 'realm1', max_retries: 0 });
  const session = await new Promise((resolve, reject) => {
    connection.onopen = resolve;
    connection.onclose = (reason) => reject(new Error(reason));
    connection.open();
  });
  return {
    subscribe: (topic, onEvent) => session.subscribe(topic, (_args, kwargs) => onEvent(kwargs.msg)),
    call: (procedure, argument) => session.call(procedure, [argument]),
  };
}
