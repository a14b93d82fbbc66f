import type { ErrorContext, ErrorHook } from './errors.js';
import type { ReceivedEvent } from './received-event.js';
import { isThenable } from './thenable.js';

/** Called for each event, in order; a promise it returns is not waited for, but its rejection reaches the error hook. */
export type EventHandler = (event: ReceivedEvent) => void | Promise<void>;

/** Whether an event was handled without an error. */
export type Handled = boolean | Promise<boolean>;

/** Calls a handler of the application's; what it throws or rejects with goes to the error hook, and no further. */
export function runHandler(handler: EventHandler, event: ReceivedEvent, report: ErrorHook): Handled {
  const failed = (error: unknown) => {
    const context: ErrorContext = { where: 'event handler', uri: event.topic, id: event.subscription };
    report(error, context);
    return false;
  };
  try {
    const done = handler(event);
    return isThenable(done) ? Promise.resolve(done.then(() => true, failed)) : true;
  } catch (error) {
    return failed(error);
  }
}
