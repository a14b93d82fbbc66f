/** Whether a value can be awaited for something to come, whoever made it. @throws what its `then` throws when it is read */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
