/**
 * What `await using` needs. Runtimes and compilers that do not know it yet are no obstacle: where the symbol is missing
 * there is no such method, and the declaration here is the one that TypeScript has in `lib.esnext.disposable`.
 */
declare global {
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** Something that `await using` ends. */
export interface Disposing {
  /** There where the runtime has `Symbol.asyncDispose`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes `dispose` what `await using` calls at the end of `target`'s scope, where the runtime has a symbol for that. */
export function disposing<T extends object>(target: T, dispose: () => Promise<unknown>): T & Disposing {
  const symbol: symbol | undefined = Symbol.asyncDispose;
  if (symbol) {
    const value = async () => {
      await dispose();
    };
    Object.defineProperty(target, symbol, { value, configurable: true });
  }
  return target as T & Disposing;
}
