import { createHash } from 'node:crypto';
import type { ChannelIdType } from '@wigwag/core/transport/channel-id';
import { channelIdOf } from '@wigwag/core/transport/channel-id';

/** `Transport.channelId` for the router's end of a stream. */
export function channelIdFor(stream: object): (type: ChannelIdType) => Uint8Array | undefined {
  return (type) => channelIdOf(stream, type, { end: 'server', sha256 });
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
