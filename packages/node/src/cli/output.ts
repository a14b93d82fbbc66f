import { Result } from '@wigwag/core';
import { json } from '@wigwag/core/serializer/json';

/** A value as JSON in one line, with what JSON cannot say written as WAMP writes it: bytes as `"\u0000…"`. */
export function toJson(value: unknown): string {
  const { data } = json().encodePayload({ args: [value], kwargs: undefined });
  const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
  return text.slice(1, -1);
}

/**
 * The reverse of `toJson`: integers keep every digit, and `"\u0000…"` is bytes.
 * @throws SyntaxError for text that is no JSON, and ProtocolError for JSON that is nested too deep
 */
export function fromJson(text: string): unknown {
  JSON.parse(text);
  return json().decodePayload({ data: `[${text}]`, count: 1, opaque: false }).args[0];
}

/** What `wigwag call` prints: the value, or all of an answer that is more than one. */
export function resultToJson(value: unknown): string {
  if (value instanceof Result) return toJson({ args: value.args, kwargs: value.kwargs });
  return toJson(value ?? null);
}

/** An error in a line, with its URI or code where it has one. */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const uri = 'uri' in error && typeof error.uri === 'string' ? error.uri : undefined;
  const line = uri !== undefined && !error.message.includes(uri) ? `${uri}: ${error.message}` : error.message;
  const args = 'args' in error && Array.isArray(error.args) && error.args.length > 1 ? ` ${toJson(error.args)}` : '';
  return line + args;
}
