import { z } from 'zod';

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text that should not stand in a file: it may be left to an environment variable. */
export function secret(env: Environment, about: string) {
  const fromEnvironment = z.strictObject({
    env: z.string().min(1).describe('The name of the environment variable that holds it'),
  });
  return z
    .union([z.string().min(1), fromEnvironment], {
      error: 'must be text, or { "env": "NAME" } for an environment variable',
    })
    .transform((value, context) => {
      if (typeof value === 'string') return value;
      const found = env[value.env];
      if (found !== undefined && found !== '') return found;
      context.addIssue({ code: 'custom', message: `the environment variable ${value.env} is not set`, path: ['env'] });
      return z.NEVER;
    })
    .describe(about);
}
