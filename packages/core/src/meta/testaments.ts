import type { Client } from '../client/client.js';
import type { Offline } from '../client/options.js';
import { Wanted } from '../client/wanted.js';
import type { AllRoles } from '../session/all-roles.js';
import { requireA } from '../session/check.js';
import { FeatureNotSupportedError } from '../session/errors.js';
import { requireUri, wireOptions } from '../session/link.js';
import type { PublishRequest } from '../session/publisher.js';
import type { RoleSession } from '../session/role-session.js';
import { announces } from '../wire/features.js';
import type { Uri } from '../wire/messages.js';

/**
 * When a testament is published: once the session lost its connection, or once it is over. Where sessions are not
 * resumed, both happen at once, in this order.
 */
export type TestamentScope = 'detached' | 'destroyed';

/** Those of `publish`, of which `acknowledge` means nothing here, and when to publish it. */
export interface TestamentOptions extends PublishRequest {
  /** Default `destroyed`. */
  readonly scope?: TestamentScope;
  readonly offline?: Offline;
}

const local = ['kwargs', 'signal', 'scope', 'offline', 'acknowledge'];

/**
 * What the router publishes in this client's name when its session ends, however it ends (spec: "Testament"); made
 * again in each new session. One object for each client.
 */
export class Testaments {
  readonly #client: Client;
  #kept: { readonly scope: TestamentScope; readonly wanted: Wanted<AllRoles> }[] = [];

  /** @throws InvalidArgumentError for what is no client */
  constructor(client: Client) {
    requireA('client', client, 'withSession');
    this.#client = client;
  }

  /**
   * Leaves a publication with the router. Interceptors see it as they see `publish`.
   * @throws as `Client.subscribe` does; WampError when this client may not publish that, or leaves too much behind
   */
  async add(topic: Uri, args: readonly unknown[] = [], options: TestamentOptions = {}): Promise<void> {
    requireUri('topic', topic);
    const { scope = 'destroyed', offline, signal } = options;
    const wanted = new Wanted<AllRoles>('testament', topic, async (session) => {
      await addTestament(session, topic, args, scope, options);
      return { id: 0, end: async () => {} };
    });
    const entry = { scope, wanted };
    this.#kept.push(entry);
    try {
      await this.#client.keep(wanted, { offline, signal });
    } catch (error) {
      this.#kept = this.#kept.filter((each) => each !== entry);
      throw error;
    }
  }

  /**
   * Takes back all of one scope, as one does before leaving for good.
   * @returns how many the router had, where it says so
   * @throws as `Client.call` does; offline there is nothing to take back at the router, and that is no error
   */
  async flush(scope: TestamentScope = 'destroyed'): Promise<number | undefined> {
    const flushed = this.#kept.filter((each) => each.scope === scope);
    this.#kept = this.#kept.filter((each) => each.scope !== scope);
    for (const { wanted } of flushed) await this.#client.giveUp(wanted);
    if (this.#client.state.type !== 'joined') return 0;
    const count = await this.#client.call('wamp.session.flush_testaments', [], { kwargs: { scope } });
    return typeof count === 'number' ? count : undefined;
  }
}

async function addTestament(
  session: RoleSession<AllRoles>,
  topic: Uri,
  args: readonly unknown[],
  scope: TestamentScope,
  options: TestamentOptions,
): Promise<void> {
  if (!announces(session.details, 'dealer', 'testament_meta_api')) {
    throw new FeatureNotSupportedError(
      'a testament needs a router that announces testament_meta_api, and this one does not',
    );
  }
  const content = { args, kwargs: options.kwargs ?? {}, options: wireOptions(options, local) };
  const { options: publish_options, payload } = session.interceptors.send('publish', topic, content);
  const values = payload?.values;
  await session.roles.caller.call('wamp.session.add_testament', [topic, values?.args ?? [], values?.kwargs ?? {}], {
    kwargs: { publish_options, scope },
  });
}
