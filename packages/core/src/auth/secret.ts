import { InvalidArgumentError } from '../wire/errors.js';
import type { RuleOf } from '../wire/rules.js';
import { mustBe, rule, text } from '../wire/rules.js';
import type { Setting } from '../wire/settings.js';
import { func } from '../wire/settings.js';

/** The option that gives a secret: a function, asked at each join, so that what expires can be fetched anew. */
export const secretSetting = (name: string): Setting => ({
  ...rule(`a function that gives it, such as () => ${name}`, func.accepts),
  needed: true,
  secret: true,
});

/**
 * The secret that an option gives.
 * @throws InvalidArgumentError for what is none, without repeating it; and what the function throws
 */
export async function askSecret(name: string, ask: () => unknown, wanted: RuleOf<string> = text): Promise<string> {
  const given = await ask();
  if (wanted.accepts(given)) return given;
  throw new InvalidArgumentError(`what the option ${name} gives ${mustBe({ ...wanted, secret: true }, given)}`);
}
