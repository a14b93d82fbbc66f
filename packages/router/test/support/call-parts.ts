import { Code, ErrorUri } from '@wigwag/core/wire';
import { expect } from 'vitest';
import type { RouterOptions } from '../../src/index.js';
import { Router } from '../../src/index.js';
import { join } from './memory.js';
import type { Message } from './peer.js';

/** What both ends of a call in parts announce. */
export const inParts = { call_canceling: true, progressive_call_invocations: true, progressive_call_results: true };
/** The same, with credit. */
export const metered = { ...inParts, _credit: true };

/** HELLO.Details with these features. */
export const peer = (caller: object, callee: object) => ({
  roles: { caller: { features: caller }, callee: { features: callee } },
});

/** A caller and a callee of `a.b` with these features. */
export async function stage(caller: object = inParts, callee: object = inParts, options: RouterOptions = {}) {
  const router = new Router(options);
  const one = await join(router, { details: peer(caller, {}) });
  const two = await join(router, { details: peer({}, callee) });
  const registration = await two.register('a.b');
  return { router, caller: one, callee: two, registration };
}

/** Of an ABORT, its code, reason and details, as `aborted` has them. */
export const violation = (message: Message) => [message[0], message[2], message[1]];
export const aborted = (text: string) => [
  Code.ABORT,
  ErrorUri.PROTOCOL_VIOLATION,
  { message: expect.stringContaining(text) },
];
