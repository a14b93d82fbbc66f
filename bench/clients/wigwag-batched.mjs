import { batching, connect } from '@wigwag/node';
import { using } from './wigwag.mjs';

/** With `batching()`: what the router sends in one go comes in one WebSocket message, as it does from nats-server. */
export async function open(url) {
  return using(await connect(url, { realm: 'realm1', batch: batching() }));
}
