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
/** Milliseconds that a session may be ahead of its rates: after a pause it may send what it may send in a second at once. */
const AHEAD = 1000;
/** Milliseconds that the sum of many short times may be off by. */
const ROUNDING = 1e-3;

/**
 * Holds one session to its rates: slower first, and when it presses on for too long, no more. Each message takes the time
 * that it takes at the rates. Numbers and no objects, for there is one of it for each session.
 */
export class Pace {
  readonly #limits: PaceLimits;
  /** When its messages are over at their rate, and its bytes at theirs; milliseconds. */
  #messagesOver: number;
  #bytesOver: number;
  /** Since when it has at no time been ahead by half of what it may be, or less. */
  #pressingSince: number | undefined;

  private constructor(limits: PaceLimits, now: number) {
    this.#limits = limits;
    this.#messagesOver = now;
    this.#bytesOver = now;
  }

  /** `undefined` where there is nothing to hold a session to. @param now milliseconds */
  static of(limits: PaceLimits, now: number): Pace | undefined {
    const { maxMessageRate, maxByteRate } = limits;
    const limited = maxMessageRate < Number.POSITIVE_INFINITY || maxByteRate < Number.POSITIVE_INFINITY;
    return limited ? new Pace(limits, now) : undefined;
  }

  /** To be asked behind each message. @param now milliseconds */
  after(bytes: number, now: number): PaceVerdict {
    const { maxMessageRate, maxByteRate, maxOverRate } = this.#limits;
    if (this.due(now) <= -AHEAD / 2) this.#pressingSince = undefined;
    this.#messagesOver = Math.max(this.#messagesOver, now) + timeOf(1, maxMessageRate);
    this.#bytesOver = Math.max(this.#bytesOver, now) + timeOf(bytes, maxByteRate);
    const due = this.due(now);
    if (due > -AHEAD / 2) this.#pressingSince ??= now;
    if (due < ROUNDING) return on;
    if (now - (this.#pressingSince ?? now) <= maxOverRate) return { type: 'wait', milliseconds: due };
    const [rate, unit] = this.#messagesOver > this.#bytesOver ? [maxMessageRate, 'messages'] : [maxByteRate, 'bytes'];
    const message = `this session has sent more than ${rate} ${unit} a second for over ${maxOverRate} ms`;
    return { type: 'over', message };
  }

  /** Milliseconds that it takes yet until more may come; none where that is negative. */
  due(now: number): number {
    return Math.max(this.#messagesOver, this.#bytesOver) - now - AHEAD;
  }
}

/** Milliseconds; nothing takes none, at any rate. */
function timeOf(amount: number, rate: number): number {
  return amount === 0 ? 0 : (1000 * amount) / rate;
}
