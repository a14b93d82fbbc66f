import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { textOf } from '@wigwag/core/session';
import type { ListenOptions } from '../listen/listen.js';
import { checkOrigins } from '../listen/origin.js';
import { Proxies } from '../listen/proxies.js';
import type { RouterOptions } from '../options.js';
import { readRules } from '../store/rules.js';
import { crossChecks } from './cross-checks.js';
import type { Problem } from './errors.js';
import { ConfigError } from './errors.js';
import { listenOptions, routerOptions } from './options.js';
import { describeIssue, problemsOf } from './problems.js';
import type { Config } from './schema.js';
import { configSchema } from './schema.js';
import type { Environment } from './secret.js';

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
  const parsed = configSchema(env).safeParse(await readJson(file), { error: describeIssue });
  if (!parsed.success) throw new ConfigError(file, problemsOf(parsed.error.issues));
  refuse([...crossChecks(parsed.data), ...refusals(parsed.data)]);
  const path = (name: string) => resolve(dirname(file), name);
  try {
    return { router: await routerOptions(parsed.data, path), listeners: listenOptions(parsed.data, path) };
  } catch (error) {
    throw new ConfigError(file, [{ path: '', message: textOf(error) }]);
  }
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

/** What the parts of the router itself would refuse, with the path of what they were given. */
function refusals({ history = [], listeners = [] }: Config): Problem[] {
  return [
    ...refusal('history', () => readRules(history)),
    ...listeners.flatMap((listener, at) =>
      listener.protocol === 'rawsocket'
        ? []
        : [
            ...refusal(`listeners[${at}].origins`, () => checkOrigins(listener.origins ?? [])),
            ...refusal(`listeners[${at}].trustedProxies`, () => new Proxies(listener.trustedProxies)),
          ],
    ),
  ];
}

function refusal(path: string, check: () => unknown): Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    return [{ path, message: textOf(error) }];
  }
}
