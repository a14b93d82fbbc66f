import { connect } from '@wigwag/node';

/**
 * Sessions that go about their business beside the attack, and notice everything that should not be: an event lost,
 * doubled or out of order, a call with a wrong answer or none, a connection that drops.
 */
export class Honest {
  /** What went wrong, in words. */
  findings = [];
  events = 0;
  calls = 0;
  #clients = [];
  #running = true;
  #work = Promise.resolve();

  static async start(ports) {
    const honest = new Honest();
    const join = async (url) => {
      const onError = (error) => honest.#found(`handler: ${error}`);
      const client = await connect(url, { realm: 'realm1', offline: 'fail', onError });
      client.on('state', (state) => {
        if (honest.#running && state.type !== 'joined') honest.#found(`an honest session went ${state.type}`);
      });
      honest.#clients.push(client);
      return client;
    };
    const [one, two] = [
      await join(`ws://127.0.0.1:${ports.websocket}/ws`),
      await join(`rs://127.0.0.1:${ports.rawsocket}`),
    ];
    let expected = 0;
    await two.subscribe('honest.topic', (event) => {
      const [number] = event.args;
      if (number !== expected) honest.#found(`event ${number} came where ${expected} was due`);
      expected = Number(number) + 1;
      honest.events++;
    });
    await two.register('honest.echo', (args) => args[0]);
    honest.#work = honest.#loop(one, () => expected);
    return honest;
  }

  get sessions() {
    return this.#clients.length;
  }

  async #loop(one, received) {
    for (let number = 0; this.#running; number++) {
      try {
        await one.publish('honest.topic', [number], { acknowledge: true });
        const answer = await one.call('honest.echo', [`call ${number}`]);
        if (answer !== `call ${number}`) this.#found(`call ${number} was answered with ${answer}`);
        this.calls++;
      } catch (error) {
        this.#found(`publish or call ${number}: ${error}`);
        return;
      }
      // The callee answered behind the event, on the same connection.
      if (received() !== number + 1) this.#found(`event ${number} had not come when call ${number} was answered`);
    }
  }

  #found(what) {
    if (this.findings.length < 20) this.findings.push(what);
  }

  async stop() {
    this.#running = false;
    await this.#work;
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
