import type { ChannelIdType } from '@wigwag/core/transport/channel-id';
import { channelIdOf } from '@wigwag/core/transport/channel-id';

/** `Transport.channelId` for the client's end of a stream. */
export function channelIdFor(stream: object): (type: ChannelIdType) => Uint8Array | undefined {
  return (type) => channelIdOf(stream, type, 'client');
}
