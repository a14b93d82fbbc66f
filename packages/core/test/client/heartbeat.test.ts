import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat } from '../../src/client/heartbeat.js';
import { probing } from '../../src/client/probe.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connection whose peer answers as long as `alive`. */
function connection(options: { readonly interval: number; readonly timeout: number }) {
  const seen = { received: 0, asked: 0, lost: 0, alive: true };
  const heartbeat = new Heartbeat(
    {
      pings: true,
      vitals: () => ({ received: seen.received, taken: 0, backlog: false }),
      ask: () => {
        seen.asked++;
        if (seen.alive) seen.received++;
      },
      lost: () => {
        seen.lost++;
      },
    },
    options,
  );
  return { seen, heartbeat };
}

test('a silent peer that answers is asked again and again, and kept', () => {
  const { seen, heartbeat } = connection({ interval: 20_000, timeout: 10_000 });
  vi.advanceTimersByTime(10 * 60_000);
  expect(seen.asked).toBeGreaterThan(20);
  expect(seen.lost).toBe(0);
  heartbeat.stop();
  const { asked } = seen;
  vi.advanceTimersByTime(60_000);
  expect(seen.asked).toBe(asked);
});

test('a peer that does not answer is lost, once, when its time is up', () => {
  const { seen } = connection({ interval: 20_000, timeout: 10_000 });
  seen.alive = false;
  vi.advanceTimersByTime(29_999);
  expect(seen).toMatchObject({ asked: 1, lost: 0 });
  vi.advanceTimersByTime(2_501);
  expect(seen).toMatchObject({ asked: 1, lost: 1 });
  vi.advanceTimersByTime(120_000);
  expect(seen).toMatchObject({ asked: 1, lost: 1 });
});

test('what had arrived by the deadline, and is read a turn later, counts', () => {
  const { seen } = connection({ interval: 20_000, timeout: 10_000 });
  seen.alive = false;
  vi.advanceTimersByTime(27_500);
  // The last look finds nothing; then the event loop reads what waits in the socket.
  vi.advanceTimersToNextTimer();
  seen.received++;
  vi.advanceTimersByTime(10_000);
  expect(seen).toMatchObject({ asked: 1, lost: 0 });
});

test('without an interval nothing is asked, until it is told to', () => {
  const { seen, heartbeat } = connection({ interval: 0, timeout: 10_000 });
  vi.advanceTimersByTime(60 * 60_000);
  expect(seen).toMatchObject({ asked: 0, lost: 0 });
  heartbeat.probe();
  vi.advanceTimersByTime(60_000);
  expect(seen).toMatchObject({ asked: 1, lost: 0 });
  expect(vi.getTimerCount()).toBe(0);
  seen.alive = false;
  heartbeat.probe();
  heartbeat.probe();
  vi.advanceTimersByTime(10_001);
  expect(seen).toMatchObject({ asked: 2, lost: 1 });
});

/** As a page finds out: it asks only when it is told to. */
function page() {
  const seen = { received: 0, asked: 0, lost: [] as number[], alive: true };
  const pulse = probing({
    pings: false,
    vitals: () => ({ received: seen.received, taken: 0, backlog: false }),
    ask: () => {
      seen.asked++;
      if (seen.alive) seen.received++;
    },
    lost: (timeout) => seen.lost.push(timeout),
  });
  return { seen, pulse };
}

test('a page asks when it is told to, once at a time, and forgets about it when there was an answer', () => {
  const { seen, pulse } = page();
  vi.advanceTimersByTime(60 * 60_000);
  expect(seen.asked).toBe(0);
  pulse.probe();
  pulse.probe();
  expect(seen.asked).toBe(1);
  vi.advanceTimersByTime(10_000);
  pulse.probe();
  expect(seen).toMatchObject({ asked: 2, lost: [] });
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('a router that does not answer a page is lost after 10 s, unless its answer waits in the socket', () => {
  const { seen, pulse } = page();
  seen.alive = false;
  pulse.probe();
  vi.advanceTimersToNextTimer();
  // The event loop reads what waits in the socket.
  seen.received++;
  vi.advanceTimersToNextTimer();
  expect(seen.lost).toEqual([]);
  pulse.probe();
  vi.advanceTimersByTime(10_001);
  expect(seen.lost).toEqual([10_000]);
});

test('a page whose session has ended asks no more', () => {
  const { seen, pulse } = page();
  seen.alive = false;
  pulse.probe();
  pulse.stop();
  vi.advanceTimersByTime(60_000);
  expect(seen.lost).toEqual([]);
});
