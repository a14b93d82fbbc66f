import { z } from 'zod';

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A text that should not stand in a file: it may be left to an environment variable.
 * @param right what it has to be, wherever it stands
 */
export function secret(env: Environment, about: string, right?: { is(text: string): boolean; readonly error: string }) {
  const fromEnvironment = z.strictObject({
    env: z.string().min(1).describe('The name of the environment variable that holds it'),
  });
  return z
    .union([z.string().min(1), fromEnvironment], {
      error: 'must be text, or { "env": "NAME" } for an environment variable',
    })
    .transform((value, context) => {
      const path = typeof value === 'string' ? [] : ['env'];
      const found = typeof value === 'string' ? value : env[value.env];
      const missing = found === undefined || found === '';
      if (!missing && (!right || right.is(found))) return found;
      const name = typeof value === 'string' ? '' : value.env;
      const message = missing ? `the environment variable ${name} is not set` : (right?.error ?? '');
      context.addIssue({ code: 'custom', message, path });
      return z.NEVER;
    })
    .describe(about);
}
