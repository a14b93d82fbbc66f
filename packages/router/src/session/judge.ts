import { ErrorUri } from '@wigwag/core/wire';
import type { AdmissibleMessage, Admission, Refusal, Stage } from './admission.js';
import type { Member } from './member.js';

/** Told of an admission that threw or rejected. */
type Report = (error: unknown, where: string) => void;

/**
 * What admission says, in any case a verdict: one that throws or rejects is reported and refuses. At once where it is
 * known at once, and then without a function made for the message.
 */
export function judge(
  admit: Stage,
  member: Member,
  message: AdmissibleMessage,
  report: Report,
): Admission | Promise<Admission> {
  try {
    const answer = admit(member, message);
    return answer instanceof Promise ? caught(answer, report) : answer;
  } catch (error) {
    return failed(error, report);
  }
}

function caught(answer: Promise<Admission>, report: Report): Promise<Admission> {
  return answer.catch((error: unknown) => failed(error, report));
}

function failed(error: unknown, report: Report): Refusal {
  report(error, 'admission');
  const message = 'the router could not decide whether this is allowed; its log says why';
  return { uri: ErrorUri.AUTHORIZATION_FAILED, message };
}
