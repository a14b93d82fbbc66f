import * as Code from './codes.js';

const names: ReadonlyMap<number, string> = new Map(Object.entries(Code).map(([name, code]) => [code, name]));

/** `16` -> `"PUBLISH"`; for messages to people, so an unknown code is spelled out. */
export function nameOf(code: number): string {
  return names.get(code) ?? `message type ${code}`;
}
