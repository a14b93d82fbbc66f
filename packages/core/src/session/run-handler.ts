import type { ErrorContext, ErrorHook } from './errors.js';
import type { ReceivedEvent } from './received-event.js';
import { isThenable } from './thenable.js';

/** Called for each event, in order; a promise it returns is not waited for, but its rejection reaches the error hook. */
export type EventHandler = (event: ReceivedEvent) => void | Promise<void>;

/** Whether an event was handled without an error. */
export type Handled = boolean | Promise<boolean>;

/** Calls a handler of the application's; what it throws or rejects with goes to the error hook, and no further. */
export function runHandler(handler: EventHandler, event: ReceivedEvent, report: ErrorHook): Handled {
  try {
    const done = handler(event);
    return isThenable(done) ? settled(done, event, report) : true;
  } catch (error) {
    return failed(error, event, report);
  }
}

function settled(done: PromiseLike<unknown>, event: ReceivedEvent, report: ErrorHook): Promise<boolean> {
  return Promise.resolve(
    done.then(
      () => true,
      (error: unknown) => failed(error, event, report),
    ),
  );
}

function failed(error: unknown, { topic, subscription }: ReceivedEvent, report: ErrorHook): false {
  const context: ErrorContext = { where: 'event handler', uri: topic, id: subscription };
  report(error, context);
  return false;
}
