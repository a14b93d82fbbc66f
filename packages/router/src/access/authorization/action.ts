import type { Match, Uri } from '@wigwag/core/wire';
import { Code } from '@wigwag/core/wire';
import type { AdmissibleMessage } from '../../session/admission.js';

/** What a session can ask for. */
export type Action = 'publish' | 'subscribe' | 'call' | 'register';

export const actions: readonly Action[] = ['publish', 'subscribe', 'call', 'register'];

/** A request, as far as permission depends on it. */
export interface Request {
  readonly action: Action;
  /** The topic or procedure, or with `match` a pattern of them. */
  readonly uri: Uri;
  /** `exact` for publications and calls. */
  readonly match: Match;
}

/** What a message asks for. */
export function requestOf(message: AdmissibleMessage): Request {
  return { action: actionOf(message), uri: uriOf(message), match: matchOf(message) };
}

export function actionOf({ code }: AdmissibleMessage): Action {
  switch (code) {
    case Code.PUBLISH:
      return 'publish';
    case Code.SUBSCRIBE:
      return 'subscribe';
    case Code.CALL:
      return 'call';
    case Code.REGISTER:
      return 'register';
  }
}

export function uriOf(message: AdmissibleMessage): Uri {
  return 'topic' in message ? message.topic : message.procedure;
}

function matchOf(message: AdmissibleMessage): Match {
  const asked = message.code === Code.SUBSCRIBE || message.code === Code.REGISTER;
  return asked ? (message.options.match ?? 'exact') : 'exact';
}
