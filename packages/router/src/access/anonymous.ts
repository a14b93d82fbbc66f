import type { Setting } from '@wigwag/core/wire';
import { func, randomId, text } from '@wigwag/core/wire';
import { requireSettings } from '../settings.js';
import type { Authenticator } from './authenticator.js';

/** Options of `anonymous`. */
export interface AnonymousOptions {
  /** The role that anonymous sessions act in. Default `anonymous`. */
  readonly authrole?: string;
  /** Numbers in [0, 1), for the drawn authids. Default `Math.random`. */
  readonly random?: () => number;
}

const settings: Readonly<Record<keyof AnonymousOptions, Setting>> = { authrole: text, random: func };

/**
 * Lets everybody in. The authid is drawn, so that two anonymous sessions can be told apart and none can pass for
 * somebody; a client that asks for the authid `anonymous`, as Thruway does, gets it.
 * @throws TypeError for options that are mistaken
 */
export function anonymous(options: AnonymousOptions = {}): Authenticator {
  requireSettings(settings, options);
  const { authrole = 'anonymous', random = Math.random } = options;
  return {
    method: 'anonymous',
    begin({ details }) {
      const authid = details.authid === 'anonymous' ? 'anonymous' : `anonymous-${randomId(random).toString(36)}`;
      return { type: 'accepted', identity: { authid, authrole, authmethod: 'anonymous', authprovider: 'static' } };
    },
  };
}
