// What each kind of server is spoken to in. A dialect opens a client with subscribe, publish, register, call and
// onEvent; while a load runs it looks at the first bytes of a message and decodes nothing.
import { Connection } from './connection.mjs';

/** Requests that wait for an answer, by id. */
class Waiting {
  #waiting = new Map();

  add(id, done) {
    this.#waiting.set(id, done);
  }

  answer(id, value) {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    done?.(value);
  }

  promise(id) {
    return new Promise((resolve) => this.add(id, resolve));
  }
}

/** The integer in decimal digits at `at`. */
function integerAt(bytes, at) {
  let value = 0;
  for (let i = at; bytes[i] >= 0x30 && bytes[i] <= 0x39; i++) value = value * 10 + bytes[i] - 0x30;
  return value;
}

/** WAMP in JSON. */
export async function wamp(url) {
  const connection = await Connection.open(url, 'wamp.2.json');
  const waiting = new Waiting();
  let id = 0;
  let yielded = '';
  const client = {
    connection,
    onEvent: () => {},
    subscribe: (topic, match) => request(32, `${match ? `{"match":"${match}"}` : '{}'},"${topic}"`),
    publish: (topic, payload) => connection.send(`[16,${++id},{},"${topic}",[],{"msg":"${payload}"}]`),
    register: (procedure, result) => {
      yielded = result;
      return request(64, `{},"${procedure}"`);
    },
    call: (procedure, payload, done) => {
      waiting.add(++id, done);
      connection.send(`[48,${id},{},"${procedure}",["${payload}"]]`);
    },
  };
  function request(code, rest) {
    const answer = waiting.promise(++id);
    connection.send(`[${code},${id},${rest}]`);
    return answer.then((error) => {
      if (error) throw new Error(error);
    });
  }
  connection.onMessage = (bytes, start, end) => {
    const code = integerAt(bytes, start + 1);
    const first = start + 2 + String(code).length;
    if (code === 36) client.onEvent(bytes, start, end);
    else if (code === 68) connection.send(`[70,${integerAt(bytes, first)},{},["${yielded}"]]`);
    else if (code === 50 || code === 33 || code === 65) waiting.answer(integerAt(bytes, first));
    else if (code === 2) waiting.answer(0);
    else {
      const message = bytes.toString('utf8', start, end);
      if (code === 8) waiting.answer(JSON.parse(message)[2], message);
      else if (code === 3) waiting.answer(0, message);
    }
  };
  const welcome = waiting.promise(0);
  const features =
    '{"subscriber":{"features":{"pattern_based_subscription":true}},"publisher":{},"caller":{},"callee":{}}';
  connection.send(`[1,"realm1",{"roles":${features}}]`);
  const refused = await welcome;
  if (refused) throw new Error(refused);
  return client;
}

/** The floor's own: a letter, and what belongs to it. */
export async function floor(url) {
  const connection = await Connection.open(url);
  const waiting = new Waiting();
  let id = 0;
  let result = '';
  const client = {
    connection,
    onEvent: () => {},
    subscribe: (topic) => request(`S${topic}`),
    publish: (topic, payload) => connection.send(`P${topic} ${payload}`),
    register: (_procedure, payload) => {
      result = payload;
      return request('R');
    },
    call: (_procedure, payload, done) => {
      waiting.add(++id, done);
      connection.send(`C${id} ${payload}`);
    },
  };
  function request(text) {
    const answer = waiting.promise(0);
    connection.send(text);
    return answer;
  }
  connection.onMessage = (bytes, start, end) => {
    const letter = bytes[start];
    if (letter === 0x45) client.onEvent(bytes, start, end);
    else if (letter === 0x49) connection.send(`Y${integerAt(bytes, start + 1)} ${result}`);
    else waiting.answer(letter === 0x41 ? integerAt(bytes, start + 1) : 0);
  };
  return client;
}

/** Socket.IO 4 over its WebSocket transport (Engine.IO 4): `4` a message, `42` an event, `43` its answer. */
export async function socketIo(url) {
  const connection = await Connection.open(`${url}socket.io/?EIO=4&transport=websocket`);
  const waiting = new Waiting();
  let id = 0;
  let result = '';
  const client = {
    connection,
    onEvent: () => {},
    subscribe: (topic) => ask(`["subscribe","${topic}"]`),
    publish: (topic, payload) => connection.send(`42["publish","${topic}",{"msg":"${payload}"}]`),
    register: (_procedure, payload) => {
      result = payload;
      return ask('["register"]');
    },
    call: (_procedure, payload, done) => {
      waiting.add(++id, done);
      connection.send(`42${id}["call","${payload}"]`);
    },
  };
  function ask(list) {
    const answer = waiting.promise(++id);
    connection.send(`42${id}${list}`);
    return answer;
  }
  connection.onMessage = (bytes, start, end) => {
    if (bytes[start] === 0x30) connection.send('40');
    else if (bytes[start] === 0x32) connection.send('3');
    else if (bytes[start] === 0x34 && bytes[start + 1] === 0x30) waiting.answer(0);
    else if (bytes[start] === 0x34 && bytes[start + 1] === 0x33) waiting.answer(integerAt(bytes, start + 2));
    else if (bytes[start + 2] === 0x5b) client.onEvent(bytes, start, end);
    else connection.send(`43${integerAt(bytes, start + 2)}["${result}"]`);
  };
  await waiting.promise(0);
  return client;
}

/** NATS over its WebSocket; several of its messages travel in one WebSocket message, and one in several. */
export async function nats(url) {
  const connection = await Connection.open(url);
  const waiting = new Waiting();
  const inbox = `_INBOX.${Math.random().toString(36).slice(2)}`;
  let id = 0;
  let result;
  let rest = '';
  const client = {
    connection,
    onEvent: () => {},
    subscribe: (topic, match) => listen(match === 'prefix' ? `${topic}.>` : topic.replaceAll('..', '.*.')),
    publish: (topic, payload) => say(`PUB ${topic} ${payload.length}\r\n${payload}`),
    register: (procedure, payload) => {
      result = payload;
      return listen(procedure);
    },
    call: (procedure, payload, done) => {
      waiting.add(++id, done);
      say(`PUB ${procedure} ${inbox}.${id} ${payload.length}\r\n${payload}`);
    },
  };
  function say(text) {
    connection.send(`${text}\r\n`, 0x82);
  }
  function listen(subject) {
    say(`SUB ${subject} ${++id}`);
    const answer = waiting.promise('pong');
    say('PING');
    return answer;
  }
  function deliver(head, text) {
    const [, subject, , third, fourth] = head.split(' ');
    if (result !== undefined && fourth !== undefined) say(`PUB ${third} ${result.length}\r\n${result}`);
    else if (subject.startsWith(inbox)) waiting.answer(Number(subject.slice(inbox.length + 1)));
    else client.onEvent(text, 0, text.length);
  }
  connection.onMessage = (bytes, start, end) => {
    const text = rest + bytes.latin1Slice(start, end);
    let at = 0;
    for (;;) {
      const eol = text.indexOf('\r\n', at);
      if (eol < 0) break;
      if (!text.startsWith('MSG', at)) {
        if (text.startsWith('PONG', at)) waiting.answer('pong');
        else if (text.startsWith('PING', at)) say('PONG');
        at = eol + 2;
        continue;
      }
      const head = text.slice(at, eol);
      const length = Number(head.slice(head.lastIndexOf(' ') + 1));
      if (text.length < eol + 2 + length + 2) break;
      deliver(head, text.slice(eol + 2, eol + 2 + length));
      at = eol + length + 4;
    }
    rest = text.slice(at);
  };
  say('CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1","protocol":1,"headers":false}');
  const ready = waiting.promise('pong');
  say('PING');
  await ready;
  await listen(`${inbox}.*`);
  return client;
}
