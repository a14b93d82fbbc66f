import type { Client } from '../client/client.js';
import type { Offline } from '../client/options.js';
import { Wanted } from '../client/wanted.js';
import type { AllRoles } from '../session/all-roles.js';
import { requireA } from '../session/check.js';
import { FeatureNotSupportedError } from '../session/errors.js';
import { Result } from '../session/result.js';
import type { RoleSession } from '../session/role-session.js';
import { isDict } from '../wire/fields.js';
import type { Dict, Uri } from '../wire/messages.js';

/** What can be described. */
export type DefinedType = 'topic' | 'procedure' | 'error';

/**
 * What is said of a topic, a procedure or an error, for people and tools: whatever helps, such as a title and the JSON
 * schemas of arguments and results.
 */
export interface Definition extends Dict {
  readonly type: DefinedType;
}

/** Options of what needs a session. */
export interface ReflectionOptions {
  readonly offline?: Offline;
  readonly signal?: AbortSignal;
}

/**
 * What the clients of a realm tell each other about their topics, procedures and errors (spec: "Interface Reflection").
 * What this client defines is defined again in each new session, and gone at the router when it leaves. One object for
 * each client.
 */
export class Reflection {
  readonly #client: Client;
  readonly #defined = new Map<string, Wanted<AllRoles>>();

  /** @throws InvalidArgumentError for what is no client */
  constructor(client: Client) {
    requireA('client', client, 'withSession');
    this.#client = client;
  }

  /**
   * Says, or says anew, what stands behind a URI or a pattern of them. Where several clients describe the same, the one
   * that was first is heard.
   * @throws as `Client.subscribe` does; WampError when the router refuses
   */
  async define(uri: Uri, definition: Definition, options: ReflectionOptions = {}): Promise<void> {
    const { type } = definition;
    const wanted = new Wanted<AllRoles>('definition', uri, async (session) => {
      await call(session, 'wamp.reflect.define', [uri, definition]);
      return {
        id: 0,
        end: async () =>
          void (await session.roles.caller.call('wamp.reflect.define', [uri, null], { kwargs: { type } })),
      };
    });
    await this.#client.keep(wanted, options);
    const before = this.#forget(type, uri);
    this.#defined.set(keyOf(type, uri), wanted);
    // The router has replaced it: it is to be kept no longer, and not to be taken back.
    before?.lapse();
    if (before) await this.#client.giveUp(before);
  }

  /** Takes back what this client said, offline too; nothing happens where it said nothing. */
  async undefine(type: DefinedType, uri: Uri): Promise<void> {
    const wanted = this.#forget(type, uri);
    if (wanted) await this.#client.giveUp(wanted);
  }

  /**
   * What is known of a URI, of one type or of any.
   * @returns `undefined` where nobody described it
   * @throws as `Client.call` does
   */
  async describe(uri: Uri, type?: DefinedType, options: ReflectionOptions = {}): Promise<Dict | undefined> {
    const procedure = type === undefined ? 'wamp.reflect.describe' : `wamp.reflection.${type}.describe`;
    const found = await this.#client.call(procedure, [uri], { ...options });
    return isDict(found) ? found : undefined;
  }

  /** All URIs that somebody described, in ascending order; a long list is fetched in parts. @throws as `Client.call` does */
  async list(type: DefinedType, options: ReflectionOptions = {}): Promise<Uri[]> {
    const uris: Uri[] = [];
    for (let kwargs: Dict | undefined = {}; kwargs; ) {
      const answer = await this.#client.call(`wamp.reflection.${type}.list`, [], { ...options, kwargs });
      const { args, kwargs: more } = Result.of(answer);
      const [listed] = args;
      if (Array.isArray(listed)) uris.push(...listed.filter((uri) => typeof uri === 'string'));
      kwargs = more.complete === false && typeof more.after === 'string' ? { after: more.after } : undefined;
    }
    return uris;
  }

  /** What was kept of it, which is kept no longer. */
  #forget(type: DefinedType, uri: Uri): Wanted<AllRoles> | undefined {
    const key = keyOf(type, uri);
    const wanted = this.#defined.get(key);
    this.#defined.delete(key);
    return wanted;
  }
}

function keyOf(type: DefinedType, uri: Uri): string {
  return `${type} ${uri}`;
}

/** @throws FeatureNotSupportedError */
async function call(session: RoleSession<AllRoles>, procedure: Uri, args: readonly unknown[]): Promise<void> {
  const { roles } = session.details;
  const announced =
    isDict(roles) && [roles.dealer, roles.broker].some((role) => isDict(role) && role.reflection === true);
  if (!announced) {
    throw new FeatureNotSupportedError('reflection needs a router that announces it, and this one does not');
  }
  await session.roles.caller.call(procedure, args);
}
