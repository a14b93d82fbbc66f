import { ErrorUri } from '@wigwag/core/wire';
import type { AdmissibleMessage, Admission, Refusal, Stage } from './admission.js';
import type { Member } from './member.js';

/**
 * What admission says, in any case a verdict: one that throws or rejects is reported and refuses. At once where it is
 * known at once.
 */
export function judge(
  admit: Stage,
  member: Member,
  message: AdmissibleMessage,
  report: (error: unknown, where: string) => void,
): Admission | Promise<Admission> {
  const failed = (error: unknown): Refusal => {
    report(error, 'admission');
    const text = 'the router could not decide whether this is allowed; its log says why';
    return { uri: ErrorUri.AUTHORIZATION_FAILED, message: text };
  };
  try {
    const answer = admit(member, message);
    return answer instanceof Promise ? answer.catch(failed) : answer;
  } catch (error) {
    return failed(error);
  }
}
