import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { textOf } from '@wigwag/core/session';
import type { ListenOptions } from '../listen/listen.js';
import type { RouterOptions } from '../options.js';
import { crossChecks } from './cross-checks.js';
import type { Problem } from './errors.js';
import { ConfigError } from './errors.js';
import { listenOptions, routerOptions } from './options.js';
import { describeIssue, pathText, problemsOf } from './problems.js';
import { configSchema } from './schema.js';
import type { Environment } from './secret.js';
import { trials } from './trials.js';

/** What a configuration file comes to. */
export interface Setup {
  readonly router: RouterOptions;
  readonly listeners: readonly ListenOptions[];
}

/**
 * Reads a configuration file and checks all of it, so that nothing is started of what is wrong somewhere.
 * @param env where the secrets are that the file leaves to the environment
 * @throws ConfigError with every problem that was found
 */
export async function loadConfig(file: string, env: Environment): Promise<Setup> {
  const refuse = (problems: readonly Problem[]) => {
    if (problems.length > 0) throw new ConfigError(file, problems);
  };
  const content = await readJson(file);
  refuse(impossibleNames(content, []));
  const parsed = configSchema(env).safeParse(content, { error: describeIssue });
  if (!parsed.success) throw new ConfigError(file, problemsOf(parsed.error.issues));
  const path = (name: string) => resolve(dirname(file), name);
  refuse([...crossChecks(parsed.data), ...(await trials(parsed.data, path))]);
  return { router: await routerOptions(parsed.data, path), listeners: listenOptions(parsed.data, path) };
}

/** Keys that no object can have as one of its own when it is written like others: they would be lost in silence. */
function impossibleNames(value: unknown, path: readonly PropertyKey[]): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) => {
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    if (name === '__proto__')
      return [{ path: pathText(at), message: 'is no name that can be used here: take another' }];
    return impossibleNames(inside, at);
  });
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [{ path: '', message: `cannot be read: ${textOf(error)}` }]);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ConfigError(file, [{ path: '', message: `is no JSON: ${textOf(error)}` }]);
  }
}
