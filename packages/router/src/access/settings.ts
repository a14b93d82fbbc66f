import type { Setting } from '@wigwag/core/wire';
import { isDict, isUri, needed, rule } from '@wigwag/core/wire';

/** The option that says who may log in. */
export const usersSetting: Setting = needed(
  rule(
    'users, such as staticUsers({ … }), which have a provider and a function find',
    (value) => isDict(value) && typeof value.provider === 'string' && typeof value.find === 'function',
  ),
);

/** What is drawn from to make strangers look like users. */
export const strangerSetting: Setting = {
  ...rule('text or bytes', (value) => typeof value === 'string' || value instanceof Uint8Array),
  secret: true,
};

/** The name of a realm or a procedure. */
export const uriSetting = rule('a URI', (value) => typeof value === 'string' && isUri(value));
