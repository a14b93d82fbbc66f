/** What can be streamed: anything that `for await` takes, and a ReadableStream where that is not iterable itself. */
export type StreamInput = AsyncIterable<unknown> | Iterable<unknown> | ReadableStreamLike;

/** The part of a web ReadableStream that is used. */
export interface ReadableStreamLike {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** Reads any of them. `return` lets the source know that nobody reads on, also while a read is pending. */
export function readInput(input: StreamInput): AsyncIterator<unknown> | Iterator<unknown> {
  if (Symbol.asyncIterator in input) return input[Symbol.asyncIterator]();
  if (Symbol.iterator in input) return input[Symbol.iterator]();
  const reader = input.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return { done, value };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}
