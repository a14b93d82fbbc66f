/** What can be streamed: anything that `for await` takes, and a ReadableStream where that is not iterable itself. */
export type StreamInput = AsyncIterable<unknown> | Iterable<unknown> | ReadableStreamLike;

/** The part of a web ReadableStream that is used. */
export interface ReadableStreamLike {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** Reads any of them; whoever stops early lets the source know. */
export async function* readInput(input: StreamInput): AsyncGenerator<unknown, void, undefined> {
  if (Symbol.asyncIterator in input || Symbol.iterator in input) {
    yield* input;
    return;
  }
  const reader = input.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    finished = true;
  } finally {
    if (!finished) await reader.cancel();
  }
}
