import type { Id, Uri } from '@wigwag/core/wire';

/** Who publishes or calls, as far as trust depends on it. */
export interface Trusted {
  readonly id: Id;
  readonly authid: string;
  readonly authrole: string;
}

/** How far somebody is trusted on a topic or with a procedure, an integer of at least 0; `undefined` says nothing. */
export type TrustLevel = (who: Trusted, uri: Uri) => number | undefined;

/**
 * What the configuration says, if it is a level at all; else that is reported, and nothing is said.
 * @param option the name of the option that `levelOf` is
 */
export function levelFor(
  levelOf: TrustLevel,
  who: Trusted,
  uri: Uri,
  option: string,
  report: (error: unknown, where: string) => void,
): number | undefined {
  try {
    const level = levelOf(who, uri);
    if (level === undefined || (Number.isSafeInteger(level) && level >= 0)) return level;
    throw new RangeError(`${option} gave ${level}: a level is an integer of at least 0`);
  } catch (error) {
    report(error, option);
    return undefined;
  }
}
