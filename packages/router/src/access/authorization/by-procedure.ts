import { WampError } from '@wigwag/core/session';
import type { Uri } from '@wigwag/core/wire';
import { describe, ErrorUri, isDict } from '@wigwag/core/wire';
import type { Admit } from '../../session/admission.js';
import type { ProcedureOptions } from '../procedure.js';
import { requireProcedure } from '../procedure.js';
import type { AccessAnswer, AccessQuestion, AuthorizerOptions } from './dynamic.js';
import { authorizer } from './dynamic.js';

/**
 * Asks a WAMP procedure of the application, as `authorizer` asks a function. It is called with the session (`realm`,
 * `session`, `authid`, `authrole`, `authmethod`, `authprovider`), the URI, the action and the options (`match`), and
 * answers true, false or `{ allow, disclose, cache }`, as Crossbar's authorizers do; `disclose: true` names who acts to
 * who sees it. While the procedure is not there, nothing is allowed. Who serves it needs a role with rules of its own:
 * asking the procedure whether it may be registered would come to nothing.
 * @throws TypeError for options that are mistaken
 */
export function authorizerByProcedure(where: ProcedureOptions, options?: AuthorizerOptions): Admit {
  requireProcedure(where);
  const { procedure, realm } = where;
  return authorizer((question) => ask(question, procedure, realm ?? question.realm), options);
}

async function ask(question: AccessQuestion, procedure: Uri, in_: Uri): Promise<AccessAnswer> {
  const { call, action, uri, match, ...session } = question;
  try {
    return readAnswer(await call(procedure, [session, uri, action, { match }], in_), procedure);
  } catch (error) {
    if (error instanceof WampError && error.uri === ErrorUri.NOT_AUTHORIZED) return false;
    throw error;
  }
}

/** @throws TypeError for what is no answer */
function readAnswer(answer: unknown, procedure: Uri): AccessAnswer {
  if (typeof answer === 'boolean') return answer;
  const { allow, disclose, cache } = isDict(answer) ? answer : {};
  if (typeof allow === 'boolean' && isSwitch(disclose) && isSwitch(cache)) {
    return { allow, ...(disclose && { disclosure: 'force' as const }), ...(typeof cache === 'boolean' && { cache }) };
  }
  throw new TypeError(
    `the procedure ${procedure} answers true, false or { allow, disclose, cache }, and its answer is ${describe(answer)}`,
  );
}

function isSwitch(value: unknown): value is boolean | null | undefined {
  return value === undefined || value === null || typeof value === 'boolean';
}
