import { invalidArgument } from './procedure.js';

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * A point in time in the form of RFC 3339, as milliseconds since 1970; what is behind the milliseconds stays.
 * @param name of the argument, for the refusal
 * @throws CallRefused `wamp.error.invalid_argument`
 */
export function readTimestamp(text: string, name: string): number {
  const [, date, time, fraction = '', zone = ''] = rfc3339.exec(text) ?? [];
  const whole = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  // A day that its month does not have is taken for one of the next month.
  const exists = date !== undefined && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  if (exists && !Number.isNaN(whole)) return whole + Number(`0${fraction}`) * 1000;
  throw invalidArgument(`keyword argument ${name} must be a time such as 2026-11-25T14:30:00.000Z (RFC 3339)`);
}
