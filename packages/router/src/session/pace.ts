import { TokenBucket } from '../token-bucket.js';

/** How fast one session may send; `Limits` in `options.ts` says what each means. */
export interface PaceLimits {
  readonly maxMessageRate: number;
  readonly maxByteRate: number;
  readonly maxOverRate: number;
}

/** What the pace of a session asks for: go on, wait so many milliseconds, or give it up. */
export type PaceVerdict =
  | { readonly type: 'on' }
  | { readonly type: 'wait'; readonly milliseconds: number }
  | { readonly type: 'over'; readonly message: string };

const on: PaceVerdict = { type: 'on' };

/** Holds one session to its rates: slower first, and when it presses on for too long, no more. */
export class Pace {
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(
    private readonly limits: PaceLimits,
    now: number,
  ) {
    this.#messages = new TokenBucket({ rate: limits.maxMessageRate }, now);
    this.#bytes = new TokenBucket({ rate: limits.maxByteRate }, now);
  }

  /** `undefined` where there is nothing to hold a session to. */
  static of(limits: PaceLimits, now: number): Pace | undefined {
    const { maxMessageRate, maxByteRate } = limits;
    const limited = maxMessageRate < Number.POSITIVE_INFINITY || maxByteRate < Number.POSITIVE_INFINITY;
    return limited ? new Pace(limits, now) : undefined;
  }

  /** To be asked behind each message. @param now milliseconds */
  after(bytes: number, now: number): PaceVerdict {
    const { maxMessageRate, maxByteRate, maxOverRate } = this.limits;
    this.#messages.take(1, now);
    this.#bytes.take(bytes, now);
    const milliseconds = this.#debt;
    if (milliseconds === 0) return on;
    if (Math.max(this.#messages.lowFor(now), this.#bytes.lowFor(now)) <= maxOverRate) {
      return { type: 'wait', milliseconds };
    }
    const [rate, unit] = this.#messages.debt > this.#bytes.debt ? [maxMessageRate, 'messages'] : [maxByteRate, 'bytes'];
    const message = `this session has sent more than ${rate} ${unit} a second for over ${maxOverRate} ms`;
    return { type: 'over', message };
  }

  /** Milliseconds that it takes yet until more may come. */
  due(now: number): number {
    this.#messages.take(0, now);
    this.#bytes.take(0, now);
    return this.#debt;
  }

  get #debt(): number {
    return Math.max(this.#messages.debt, this.#bytes.debt);
  }
}
