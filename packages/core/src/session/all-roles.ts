import { Callee } from './callee.js';
import { Caller } from './caller.js';
import type { Link } from './link.js';
import { Publisher } from './publisher.js';
import { Subscriber } from './subscriber.js';

/** What a client plays that does everything. */
export interface AllRoles {
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  readonly caller: Caller;
  readonly callee: Callee;
}

export function allRoles(link: Link): AllRoles {
  return {
    publisher: new Publisher(link),
    subscriber: new Subscriber(link),
    caller: new Caller(link),
    callee: new Callee(link),
  };
}
