import type { Publish } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Admitted } from '../session/admission.js';
import type { Member } from '../session/member.js';
import { CallRefused } from './procedure.js';

/** When a testament is published (spec: "Testament"). Without session resumption both come when the session ends. */
export type TestamentScope = 'detached' | 'destroyed';

/** How much one session may leave behind. */
export interface TestamentLimits {
  readonly maxTestaments: number;
  readonly maxTestamentBytes: number;
}

/** A publication that a session leaves behind. */
export interface Testament {
  readonly scope: TestamentScope;
  /** With what was granted, once it is admitted. */
  publish: Admitted<Publish>;
  /** What it takes to keep it, roughly. */
  readonly bytes: number;
  /** Whether its session may publish it; until that is known it holds its place, so that order and bounds are kept. */
  admitted: boolean;
}

/** The testaments of the sessions of one realm, in the order in which they were made. */
export class Testaments {
  readonly #byMember = new Map<Member, Testament[]>();

  constructor(private readonly limits: TestamentLimits) {}

  get size(): number {
    return [...this.#byMember.values()].reduce((sum, own) => sum + own.length, 0);
  }

  /** @throws CallRefused `wigwag.error.limit_exceeded` */
  add(member: Member, testament: Testament): void {
    const own = this.#byMember.get(member) ?? [];
    const { maxTestaments, maxTestamentBytes } = this.limits;
    if (own.length >= maxTestaments) {
      throw tooMuch(`a session may have ${maxTestaments} testaments (maxTestaments): flush those it no longer needs`);
    }
    const bytes = own.reduce((sum, each) => sum + each.bytes, testament.bytes);
    if (bytes > maxTestamentBytes) {
      throw tooMuch(
        `a session's testaments may have ${maxTestamentBytes} bytes (maxTestamentBytes), and these have ${bytes}`,
      );
    }
    own.push(testament);
    this.#byMember.set(member, own);
  }

  /** Takes one away that may not be published. */
  drop(member: Member, testament: Testament): void {
    this.#keep(member, (each) => each !== testament);
  }

  /** @returns how many there were */
  flush(member: Member, scope: TestamentScope): number {
    return this.#keep(member, (each) => each.scope !== scope);
  }

  /** The session ended: what it leaves behind, `detached` before `destroyed` (spec: "Testaments in Use"). */
  take(member: Member): readonly Admitted<Publish>[] {
    const own = this.#byMember.get(member);
    if (!own) return [];
    this.#byMember.delete(member);
    const admitted = own.filter((testament) => testament.admitted);
    const [detached, destroyed] = (['detached', 'destroyed'] as const).map((scope) =>
      admitted.filter((testament) => testament.scope === scope),
    );
    return [...(detached ?? []), ...(destroyed ?? [])].map(({ publish }) => publish);
  }

  /** @returns how many are gone */
  #keep(member: Member, wanted: (testament: Testament) => boolean): number {
    const own = this.#byMember.get(member) ?? [];
    const kept = own.filter(wanted);
    if (kept.length === 0) this.#byMember.delete(member);
    else this.#byMember.set(member, kept);
    return own.length - kept.length;
  }
}

function tooMuch(message: string): CallRefused {
  return new CallRefused(ErrorUri.LIMIT_EXCEEDED, message);
}
