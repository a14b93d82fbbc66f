import type { ClientOptions, ClientState } from '../../src/client/index.js';
import { Client, waiting } from '../../src/client/index.js';
import { Code } from '../../src/wire/index.js';
import { RouterFarm } from './router-farm.js';
import type { ScriptedRouter } from './scripted-router.js';

/** A client of routers that are scripted, and the states that it tells of. */
export function make(options: Partial<ClientOptions> = {}): { client: Client; farm: RouterFarm; states: string[] } {
  const farm = new RouterFarm();
  const client = new Client(farm.connector, {
    realm: 'realm1',
    backoff: { initial: 1, max: 1 },
    waiting: waiting(),
    ...options,
  });
  const states: string[] = [];
  client.on('state', (state) => states.push(state.type));
  return { client, farm, states };
}

export async function join({ client, farm }: { client: Client; farm: RouterFarm }): Promise<ScriptedRouter> {
  const connected = client.connect();
  const router = await farm.next();
  await router.welcome();
  await connected;
  return router;
}

/** Until the client is in this state. */
export function reaches(client: Client, type: ClientState['type']): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (client.state.type !== type) return;
      client.off('state', look);
      resolve();
    };
    client.on('state', look);
    look();
  });
}

export async function subscribed(router: ScriptedRouter, subscription: number) {
  const message = await router.expect(Code.SUBSCRIBE);
  router.send({ code: Code.SUBSCRIBED, request: message.request, subscription });
  return message;
}
export async function registered(router: ScriptedRouter, registration: number) {
  const message = await router.expect(Code.REGISTER);
  router.send({ code: Code.REGISTERED, request: message.request, registration });
  return message;
}
