import type { ErrorContext, ErrorHook } from './errors.js';
import type { ReceivedEvent } from './received-event.js';

/** Called for each event, in order; a promise it returns is not waited for, but its rejection reaches the error hook. */
export type EventHandler = (event: ReceivedEvent) => void | Promise<void>;

/** Calls a handler of the application's; what it throws or rejects with goes to the error hook, and no further. */
export function runHandler(handler: EventHandler, event: ReceivedEvent, report: ErrorHook): void {
  const context: ErrorContext = { where: 'event handler', uri: event.topic, id: event.subscription };
  try {
    const done = handler(event);
    if (done instanceof Promise) done.catch((error: unknown) => report(error, context));
  } catch (error) {
    report(error, context);
  }
}
