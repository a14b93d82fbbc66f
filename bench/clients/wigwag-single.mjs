import { connect } from '@wigwag/node';
import { using } from './wigwag.mjs';

/** Each message in a WebSocket message of its own, as with every other router. */
export async function open(url) {
  return using(await connect(url, { realm: 'realm1', batch: false }));
}
