import { argon2id } from 'hash-wasm';

/** A module of its own, so that its WebAssembly is loaded by those alone who use it. */
export interface Argon2Cost {
  readonly iterations: number;
  /** KiB. */
  readonly memory: number;
  /** Bytes of the result. */
  readonly length: number;
}

/** Argon2id, version 1.3, with one lane (RFC 9106). */
export function argon2(password: string, salt: Uint8Array, { iterations, memory, length }: Argon2Cost) {
  return argon2id({
    password,
    salt,
    iterations,
    memorySize: memory,
    parallelism: 1,
    hashLength: length,
    outputType: 'binary',
  });
}
