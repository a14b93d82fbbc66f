import type { Call, Id } from '@wigwag/core/wire';
import type { Clock } from '../clock.js';
import type { Refusal } from '../session/admission.js';
import { PerSession } from '../session/per-session.js';
import type { Caller } from './caller.js';
import { checkSurvey } from './calling.js';
import { surveyed } from './choice.js';
import type { Registration } from './registrations.js';
import type { SurveyCalls } from './survey.js';
import { Survey } from './survey.js';

/** The surveys of one realm that are not over. */
export class Surveys {
  readonly #byCaller = new PerSession<Caller, Survey>();

  constructor(
    private readonly calls: SurveyCalls,
    private readonly clock: Clock,
  ) {}

  /**
   * @param left milliseconds until the survey ends with what came until then; none or 0: when everybody has answered
   * @returns why it cannot be
   */
  begin(registration: Registration, caller: Caller, message: Call, left: number | undefined): Refusal | undefined {
    const refusal = checkSurvey(message.options);
    if (refusal) return refusal;
    let stopTimer = () => {};
    const callees = surveyed(registration, message.options.rkey);
    const survey = new Survey(caller, message, callees, this.calls, () => {
      stopTimer();
      this.#byCaller.delete(caller, survey.request);
    });
    this.#byCaller.set(caller, survey.request, survey);
    if (left) stopTimer = this.clock.after(left, () => survey.expire());
    survey.begin(registration);
    return undefined;
  }

  /** How many surveys of `caller` are open. */
  countOf(caller: Caller): number {
    return this.#byCaller.countOf(caller);
  }

  ofCaller(caller: Caller, request: Id): Survey | undefined {
    return this.#byCaller.get(caller, request);
  }

  /** A caller left: those who still work for it are interrupted. */
  leave(caller: Caller): void {
    for (const survey of [...this.#byCaller.of(caller)]) survey.forsake();
  }
}
