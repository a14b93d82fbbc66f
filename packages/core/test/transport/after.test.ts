import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { after } from '../../src/transport/after.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DAY = 24 * 60 * 60 * 1_000;

test('a time that is longer than the timers of the runtime is waited for all the same', () => {
  const run = vi.fn();
  after(60 * DAY, run);
  vi.advanceTimersByTime(60 * DAY - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test('it can be stopped, in its second part too; for ever is never', () => {
  const run = vi.fn();
  const stop = after(60 * DAY, run);
  after(Number.POSITIVE_INFINITY, run);
  vi.advanceTimersByTime(30 * DAY);
  stop();
  vi.advanceTimersByTime(365 * DAY);
  expect(run).not.toHaveBeenCalled();
});
