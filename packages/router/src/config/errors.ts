/** Something in a configuration that is not right: where, and what would be. */
export interface Problem {
  /** Such as `realms.shop.roles.page[0].allow`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A configuration cannot be used; each line of the message is a problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG';

  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    super(problems.map((problem) => `${file}: ${line(problem)}`).join('\n'));
  }
}

function line({ path, message }: Problem): string {
  return path === '' ? message : `${path}: ${message}`;
}
