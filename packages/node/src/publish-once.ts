import { requireOptions } from '@wigwag/core';
import type { Id, PublishOptions } from '@wigwag/core/wire';
import type { NodeClientOptions } from './connect.js';
import { createClient } from './connect.js';
import type { Bounds } from './with-client.js';
import { withClient } from './with-client.js';

/** What to publish, where. */
export interface PublishOnceOptions extends NodeClientOptions, Bounds {
  readonly topic: string;
  readonly args?: readonly unknown[] | undefined;
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
  /** PUBLISH.Options beside `acknowledge`, such as `eligible_authid`. */
  readonly options?: PublishOptions | undefined;
}

/**
 * Connects, publishes, waits for the acknowledgement and closes: all that a script has to do, in one awaited call.
 * Nothing stays open behind it, so a script that does nothing else exits by itself.
 *
 * @returns the publication's id
 * @throws what `connect` and `Client.publish` throw, TimeoutError, and the signal's reason; when it rejects, the
 *   publication was not acknowledged
 */
export async function publishOnce(url: string, what: PublishOnceOptions): Promise<Id> {
  requireOptions(what);
  const { topic, args, kwargs, options = {}, timeout, signal, ...connection } = what;
  requireOptions(options);
  const client = createClient(url, { ...connection, retry: 'never' });
  return withClient(client, { timeout, signal }, async (_, bound) => {
    const publication = await client.publish(topic, args, { ...options, kwargs, acknowledge: true, signal: bound });
    if (publication === undefined) throw new Error('an acknowledged publication has an id');
    return publication;
  });
}
