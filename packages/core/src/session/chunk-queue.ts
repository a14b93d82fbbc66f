/** Options of a `ChunkQueue`. */
export interface ChunkQueueOptions {
  /** How many may wait to be read; one more calls `onOverflow`. */
  readonly limit: number;
  /** A chunk was read: the peer may be granted another. @param bytes its size on the wire */
  readonly onRead?: (bytes: number) => void;
  /** The reader is slower than a peer that does not heed credit. */
  readonly onOverflow: () => void;
  /** The reader broke out before the end. */
  readonly onReturn?: () => void;
}

interface Waiting<T> {
  readonly chunk: T;
  readonly bytes: number;
}

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** Chunks of a stream between the session that receives them and the one `for await` that reads them, bounded. */
export class ChunkQueue<T extends object> implements AsyncIterable<T>, AsyncIterator<T, undefined> {
  readonly #options: ChunkQueueOptions;
  #chunks: Waiting<T>[] = [];
  #ended = false;
  #error: unknown;
  #failed = false;
  readonly #reading: Reader<T>[] = [];

  constructor(options: ChunkQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#chunks.length;
  }

  /** @param bytes its size on the wire, where `onRead` asks for it */
  push(chunk: T, bytes = 0): void {
    if (this.#ended) return;
    const reader = this.#reading.shift();
    if (reader) {
      reader.resolve({ value: chunk, done: false });
      this.#options.onRead?.(bytes);
    } else if (this.#chunks.length >= this.#options.limit) this.#options.onOverflow();
    else this.#chunks.push({ chunk, bytes });
  }

  /** Nothing more comes; what waits can still be read. */
  end(): void {
    this.#ended = true;
    for (const { resolve } of this.#reading.splice(0)) resolve({ value: undefined, done: true });
  }

  /** As `end`, and then reading rejects, once. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const readers = this.#reading.splice(0);
    if (readers.length === 0) {
      this.#failed = true;
      this.#error = error;
    }
    for (const { reject } of readers) reject(error);
  }

  /** Throws away what waits, as if it had been read. */
  discard(): void {
    for (const { bytes } of this.#chunks.splice(0)) this.#options.onRead?.(bytes);
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const next = this.#chunks.shift();
    if (next) {
      this.#options.onRead?.(next.bytes);
      return { value: next.chunk, done: false };
    }
    if (this.#failed) {
      this.#failed = false;
      throw this.#error;
    }
    if (this.#ended) return { value: undefined, done: true };
    return new Promise((resolve, reject) => {
      this.#reading.push({ resolve, reject });
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    const early = !this.#ended;
    this.#chunks = [];
    this.end();
    if (early) this.#options.onReturn?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
