import type { ErrorHook } from './errors.js';
import { printError } from './errors.js';
import { isThenable } from './thenable.js';

/** A hook that hurts nobody: what it throws, or rejects with, is printed, behind what it was told of. */
export function safeHook(hook: ErrorHook = printError): ErrorHook {
  return (error, context) => {
    const failed = (failure: unknown) => {
      printError(error, context);
      printError(failure, { where: 'error hook', uri: context.uri });
    };
    try {
      const done: unknown = hook(error, context);
      if (isThenable(done)) done.then(undefined, failed);
    } catch (failure) {
      failed(failure);
    }
  };
}
