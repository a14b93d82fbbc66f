import type { Id, PublishOptions } from '@wigwag/core/wire';
import type { NodeClientOptions } from './connect.js';
import { connect } from './connect.js';

/** What to publish, where. */
export interface PublishOnceOptions extends NodeClientOptions {
  readonly topic: string;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
  /** PUBLISH.Options beside `acknowledge`, such as `eligible_authid`. */
  readonly options?: PublishOptions;
}

/**
 * Connects, publishes, waits for the acknowledgement and closes: all that a script has to do, in one awaited call.
 * Nothing stays open behind it, so a script that does nothing else exits by itself.
 *
 * @returns the publication's id
 * @throws what `connect` and `Client.publish` throw; when it rejects, the publication was not acknowledged
 */
export async function publishOnce(url: string, what: PublishOnceOptions): Promise<Id> {
  const { topic, args, kwargs, options, ...connection } = what;
  const client = await connect(url, { ...connection, retry: 'never' });
  try {
    const publication = await client.publish(topic, args, { ...options, ...(kwargs && { kwargs }), acknowledge: true });
    if (publication === undefined) throw new Error('an acknowledged publication has an id');
    return publication;
  } finally {
    await client.close();
  }
}
