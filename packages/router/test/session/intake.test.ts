import type { CloseInfo, Transport } from '@wigwag/core/transport';
import { ProtocolError } from '@wigwag/core/wire';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/options.js';
import { Intake } from '../../src/session/intake.js';
import type { PaceLimits } from '../../src/session/pace.js';
import { Pressure } from '../../src/session/pressure.js';
import { Turn } from '../../src/session/turn.js';
import { TestClock } from '../support/clock.js';

/** An intake of a transport that notes whether it is paused, and what came through. */
function setUp(turn = new Turn(), pace: Partial<PaceLimits> = {}) {
  const handled: string[] = [];
  const state = { paused: false, changes: 0 };
  const change = (paused: boolean) => {
    state.paused = paused;
    state.changes++;
  };
  const transport = { pause: () => change(true), resume: () => change(false) } as Transport;
  const clock = new TestClock();
  const limits = { ...defaultLimits, ...pace };
  const over: string[] = [];
  const pressure = new Pressure(Number.POSITIVE_INFINITY, () => []);
  const ends: CloseInfo[] = [];
  const intake = new Intake(
    transport,
    { turn, clock, limits, pressure },
    {
      receive: (frame) => handled.push(String(frame)),
      pressed: (message) => over.push(message),
      lost: (info) => ends.push(info),
    },
  );
  return { intake, handled, state, turn, clock, over, ends };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Frames that are told apart by how they begin. */
function frames(count: number, bytes: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index}`.padEnd(bytes, '.'));
}

describe('the share of a turn', () => {
  it('is no matter for a session that sends a little', () => {
    const { intake, handled, state } = setUp();
    for (const frame of frames(100, 100)) intake.message(frame);
    expect(handled).toHaveLength(100);
    expect(state.changes).toBe(0);
  });

  it('ends what one session gets, and lets the next one have its turn', async () => {
    const flood = setUp();
    const honest = setUp(flood.turn);
    for (const frame of frames(2_000, 100)) flood.intake.message(frame);
    const first = flood.handled.length;
    expect(first).toBeLessThan(300);
    expect(flood.state.paused).toBe(true);

    honest.intake.message('hello');
    expect(honest.handled).toEqual(['hello']);

    await nextTurn();
    expect(flood.handled.length).toBeGreaterThan(first);
    expect(flood.handled.length).toBeLessThan(600);
    while (flood.state.paused) await nextTurn();
    expect(flood.handled).toEqual(frames(2_000, 100));
  });

  it('is used up by what is no message too', async () => {
    const { intake, state } = setUp();
    for (let count = 0; count < 1_000; count++) intake.control(0);
    expect(state).toEqual({ paused: true, changes: 1 });
    await nextTurn();
    expect(state.paused).toBe(false);
  });

  it('is used up by one small message that goes to thousands', async () => {
    const { intake, handled, state } = setUp();
    const [first = '', second = ''] = frames(2, 100);
    intake.message(first);
    intake.charge(100);
    expect(state.paused).toBe(false);
    intake.charge(10_000);
    expect(state.paused).toBe(true);
    intake.message(second);
    expect(handled).toEqual([first]);
    while (state.paused) await nextTurn();
    expect(handled).toEqual([first, second]);
  });

  it('costs no more for each message the more of them wait', async () => {
    const { intake, handled } = setUp();
    const many = 200_000;
    for (let at = 0; at < many; at++) intake.message('x');
    // Moving all that wait for each that is taken would take minutes.
    while (handled.length < many) await nextTurn();
  });

  it('lets a message through that is larger than it', async () => {
    const { intake, handled, state } = setUp();
    const [large = '', small = ''] = frames(2, 1_000_000);
    intake.message(large);
    intake.message(small);
    expect(handled).toEqual([large]);
    while (state.paused) await nextTurn();
    expect(handled).toEqual([large, small]);
  });

  it('is good for four messages of 64 KiB to a hundred, which then go out in one write for each receiver', () => {
    const { intake, handled } = setUp();
    for (const frame of frames(8, 65_636)) {
      const before = handled.length;
      intake.message(frame);
      if (handled.length > before) intake.charge(100);
    }
    expect(handled).toHaveLength(4);
  });

  it('keeps the order of what comes while something waits', async () => {
    const { intake, handled, state } = setUp();
    const all = frames(1_500, 50);
    for (const frame of all.slice(0, 700)) intake.message(frame);
    await nextTurn();
    for (const frame of all.slice(700)) intake.message(frame);
    while (state.paused) await nextTurn();
    expect(handled).toEqual(all);
  });
});

/** A batch of messages, and how many have been taken out of it. @param onTake told of each that is */
function batchOf(all: readonly string[], onTake: (count: number) => unknown = () => {}) {
  const taken = { count: 0 };
  const messages = (function* () {
    for (const message of all) {
      taken.count++;
      onTake(taken.count);
      yield message;
    }
  })();
  return { messages, taken, bytes: all.join('').length };
}

describe('messages that came together', () => {
  it('are taken apart a share at a time, and count as long as one of them waits', async () => {
    const { intake, handled, state } = setUp();
    const { messages, taken, bytes } = batchOf(frames(2_000, 100));
    intake.batch(messages, bytes);
    expect(taken.count).toBe(handled.length);
    expect(taken.count).toBeLessThan(300);
    expect(state.paused).toBe(true);
    expect(intake.bytes).toBe(bytes);
    while (state.paused) await nextTurn();
    expect(handled).toEqual(frames(2_000, 100));
    expect(intake.bytes).toBe(0);
  });

  it('count for nothing where none had to wait', () => {
    const { intake, handled, state } = setUp();
    const { messages, bytes } = batchOf(frames(10, 100));
    intake.batch(messages, bytes);
    expect(handled).toEqual(frames(10, 100));
    expect([intake.bytes, state.changes]).toEqual([0, 0]);
  });

  it('keep their order with what comes behind them, and all of it precedes an end', async () => {
    const { intake, handled, ends } = setUp();
    const all = frames(2_000, 100);
    const [first, last] = [batchOf(all.slice(0, 900)), batchOf(all.slice(1_000))];
    intake.batch(first.messages, first.bytes);
    for (const frame of all.slice(900, 1_000)) intake.message(frame);
    intake.batch(last.messages, last.bytes);
    intake.close({ code: 1006, reason: 'gone' });
    expect([ends.length, last.taken.count]).toEqual([0, 0]);
    while (ends.length === 0) await nextTurn();
    expect(handled).toEqual(all);
    expect(intake.bytes).toBe(0);
  });
});

describe('an end of the transport', () => {
  const end = { code: 1006, reason: 'gone' };

  it('is preceded by all that it has handed over, each frame once', async () => {
    const { intake, handled, ends } = setUp();
    for (const frame of frames(2_000, 100)) intake.message(frame);
    intake.close(end);
    // A share at a time, as ever.
    expect(handled.length).toBeLessThan(300);
    while (ends.length === 0) await nextTurn();
    expect(handled).toEqual(frames(2_000, 100));
    await nextTurn();
    await nextTurn();
    expect(handled.length).toBe(2_000);
    expect(ends).toEqual([end]);
  });

  it('is told at once where nothing waits, and waits for no rate', async () => {
    const idle = setUp();
    idle.intake.close(end);
    expect(idle.ends).toEqual([end]);

    const slow = setUp(new Turn(), { maxMessageRate: 1, maxOverRate: 60_000 });
    for (const frame of frames(10, 10)) slow.intake.message(frame);
    slow.intake.close(end);
    while (slow.ends.length === 0) await nextTurn();
    expect(slow.handled).toEqual(frames(10, 10));
  });
});

it('what came before the peer broke the rules is handled first, and what comes behind is not looked at', async () => {
  const { intake, handled, ends } = setUp();
  const all = frames(2_000, 100);
  const { messages, bytes } = batchOf(all.slice(0, 1_900));
  intake.batch(messages, bytes);
  for (const frame of all.slice(1_900)) intake.message(frame);
  const broken = { code: 1002, reason: '', error: new ProtocolError('a batch holds at least one message') };
  intake.violated(broken);
  intake.message('behind');
  const behind = batchOf(['behind']);
  intake.batch(behind.messages, behind.bytes);
  expect(ends).toEqual([]);
  intake.close({ code: 1006, reason: 'gone' });
  while (ends.length === 0) await nextTurn();
  expect([handled, ends]).toEqual([all, [broken]]);
});

it('what waits is counted, and no longer when it was handled', async () => {
  const { intake, state } = setUp();
  for (const frame of frames(1_000, 100)) intake.message(frame);
  const waiting = intake.bytes;
  expect(waiting).toBeGreaterThan(50_000);
  await nextTurn();
  expect(intake.bytes).toBeLessThan(waiting);
  while (state.paused) await nextTurn();
  expect(intake.bytes).toBe(0);
});

describe('stop', () => {
  it('pauses until start, whatever the turns do, and what had been read already waits in its order', async () => {
    const { intake, handled, state } = setUp();
    const all = frames(400, 100);
    intake.stop();
    for (const frame of all.slice(0, 390)) intake.message(frame);
    const { messages, taken, bytes } = batchOf(all.slice(390));
    intake.batch(messages, bytes);
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    expect([state.paused, handled, taken.count, intake.bytes]).toEqual([true, [], 0, 40_000]);
    intake.start();
    while (state.paused) await nextTurn();
    expect(handled).toEqual(all);
    expect(intake.bytes).toBe(0);
  });

  it('holds back the rest of a batch that is being taken apart', async () => {
    const { intake, handled, state } = setUp();
    const all = frames(20, 100);
    const { messages, taken, bytes } = batchOf(all, (count) => count === 5 && intake.stop());
    intake.batch(messages, bytes);
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    expect([handled, taken.count, intake.bytes, state.paused]).toEqual([all.slice(0, 5), 5, bytes, true]);
    intake.start();
    expect(handled).toEqual(all);
    expect([intake.bytes, state.paused]).toEqual([0, false]);
  });

  it('does not hold up an end', async () => {
    const { intake, handled, ends } = setUp();
    intake.stop();
    intake.message('late');
    const end = { code: 1006, reason: 'gone' };
    intake.close(end);
    expect([handled, ends]).toEqual([[], [end]]);
    intake.start();
    await nextTurn();
    expect(ends).toEqual([end]);
  });
});

describe('rates', () => {
  const tenASecond = { maxMessageRate: 10, maxOverRate: 3_000 };

  it('are no matter for a burst of what a second allows', () => {
    const { intake, handled, state } = setUp(undefined, tenASecond);
    for (const frame of frames(10, 100)) intake.message(frame);
    expect(handled).toHaveLength(10);
    expect(state.changes).toBe(0);
  });

  it('slow down who sends more messages: nothing is lost, and the order stays', () => {
    const { intake, handled, state, clock, over } = setUp(undefined, tenASecond);
    for (const frame of frames(21, 100)) intake.message(frame);
    expect(handled).toHaveLength(11);
    expect(state.paused).toBe(true);
    clock.advance(99);
    expect(handled).toHaveLength(11);
    clock.advance(1);
    expect(handled).toHaveLength(12);
    clock.advance(900);
    expect(handled).toEqual(frames(21, 100));
    clock.advance(100);
    expect(state.paused).toBe(false);
    expect(over).toEqual([]);
  });

  it('slow down who sends more bytes, a single large message too', () => {
    const { intake, handled, state, clock } = setUp(undefined, { maxByteRate: 1_000 });
    for (const frame of frames(2, 3_000)) intake.message(frame);
    expect(handled).toHaveLength(1);
    clock.advance(1_999);
    expect(handled).toHaveLength(1);
    clock.advance(1);
    expect(handled).toHaveLength(2);
    expect(state.paused).toBe(true);
    clock.advance(3_000);
    expect(state.paused).toBe(false);
  });

  it('give up who presses on, and say which rate it was', () => {
    const { intake, clock, over } = setUp(undefined, tenASecond);
    for (const frame of frames(100, 100)) intake.message(frame);
    clock.advance(3_000);
    expect(over).toEqual([]);
    clock.advance(100);
    expect(over[0]).toBe('this session has sent more than 10 messages a second for over 3000 ms');
  });

  it('count what is no message, and do not hold it back', () => {
    const { intake, handled, state, clock, over } = setUp(undefined, tenASecond);
    for (let count = 0; count < 30; count++) intake.control(0);
    expect(state.paused).toBe(true);
    intake.message('late');
    clock.advance(1_900);
    expect(handled).toEqual([]);
    clock.advance(200);
    expect(handled).toEqual(['late']);
    expect(over).toEqual([]);
  });

  it('give up who presses on with what is no message', () => {
    const { intake, clock, over } = setUp(undefined, tenASecond);
    for (let count = 0; count < 100; count++) intake.control(0);
    clock.advance(3_100);
    intake.control(0);
    expect(over[0]).toBe('this session has sent more than 10 messages a second for over 3000 ms');
  });

  it('give nobody up who is within them again for a while', () => {
    const { intake, clock, over } = setUp(undefined, tenASecond);
    for (let burst = 0; burst < 20; burst++) {
      for (const frame of frames(11, 100)) intake.message(frame);
      clock.advance(1_200);
    }
    expect(over).toEqual([]);
  });
});
