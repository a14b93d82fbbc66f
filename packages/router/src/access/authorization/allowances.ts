import { ErrorUri } from '@wigwag/core/wire';
import type { Clock } from '../../clock.js';
import type { AdmissibleMessage, Refusal } from '../../session/admission.js';
import type { Member } from '../../session/member.js';
import { TokenBucket } from '../../token-bucket.js';
import { actionOf, uriOf } from './action.js';
import type { Rule } from './rule.js';

/** What each session has left of what its rules allow it. */
export class Allowances {
  readonly #clock: Clock;
  readonly #buckets = new WeakMap<Member, Map<Rule, TokenBucket>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns why a request is beyond the limits of the rule that allows it */
  check(rule: Rule, member: Member, message: AdmissibleMessage): Refusal | undefined {
    const { rate, burst, maxPayload } = rule.limits ?? {};
    if (maxPayload !== undefined && 'payload' in message) {
      const size = message.payload?.slice(member.serializer).data.length ?? 0;
      if (size > maxPayload) {
        const text = `the arguments have ${size} bytes, and the rule for "${rule.uri}" allows ${maxPayload}`;
        return { uri: ErrorUri.PAYLOAD_SIZE_EXCEEDED, message: text };
      }
    }
    if (rate === undefined) return undefined;
    const now = this.#clock.now();
    const bucket = this.#bucket(rule, member, { rate, burst: burst ?? Math.max(rate, 1) }, now);
    if (bucket.tryTake(1, now)) return undefined;
    const text = `${actionOf(message)} ${uriOf(message)}: the rule for "${rule.uri}" allows ${rate} a second; slow down`;
    return { uri: ErrorUri.LIMIT_EXCEEDED, message: text };
  }

  #bucket(rule: Rule, member: Member, options: { rate: number; burst: number }, now: number): TokenBucket {
    const own = this.#buckets.get(member) ?? new Map<Rule, TokenBucket>();
    this.#buckets.set(member, own);
    const bucket = own.get(rule) ?? new TokenBucket(options, now);
    own.set(rule, bucket);
    return bucket;
  }
}
