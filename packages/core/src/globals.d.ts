/**
 * The few globals that browsers and Node share, declared here because core compiles without DOM and without Node
 * types: what is not in this file cannot be used in core.
 */
interface EventTargetLike<Name extends string> {
  addEventListener(type: Name, listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: Name, listener: () => void): void;
}

interface AbortSignal extends EventTargetLike<'abort'> {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare class TextEncoder {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
}
declare class TextDecoder {
  constructor(label: 'utf-8', options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

declare function atob(base64: string): string;
declare function btoa(binary: string): string;

/** A timer's handle: an object in Node, a number in browsers. */
type Timer = { readonly __timer: unique symbol };
declare function setTimeout(run: () => void, milliseconds: number): Timer;
declare function clearTimeout(timer: Timer | undefined): void;
declare function queueMicrotask(run: () => void): void;
declare const console: { error(...values: readonly unknown[]): void; warn(...values: readonly unknown[]): void };
