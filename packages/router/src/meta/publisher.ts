import type { PublishOptions, Uri } from '@wigwag/core/wire';
import { Payload } from '@wigwag/core/wire';
import type { FabricRealm } from '../fabric/fabric.js';

/** Publishes in the router's own name: the publication goes the way of all others, and has no publisher. */
export type PublishMeta = (
  topic: Uri,
  args: readonly unknown[],
  kwargs?: Readonly<Record<string, unknown>>,
  options?: PublishOptions,
) => void;

/** @param audience whether anybody on this router would get an event of a topic; nothing is published for nobody */
export function metaPublisher(fabric: FabricRealm, audience: (topic: Uri) => boolean): PublishMeta {
  return (topic, args, kwargs, options = {}) => {
    if (fabric.alone && !audience(topic)) return;
    const payload = Payload.of(args, kwargs);
    fabric.publish({ id: fabric.drawPublication(), topic, options, publisher: undefined, payload, size: 0 });
  };
}
