import type { Transport } from '@wigwag/core/transport';
import { describe, expect, it } from 'vitest';
import { Intake } from '../../src/session/intake.js';
import { Turn } from '../../src/session/turn.js';

/** An intake of a transport that notes whether it is paused, and what came through. */
function setUp(turn = new Turn()) {
  const handled: string[] = [];
  const state = { paused: false, changes: 0 };
  const change = (paused: boolean) => {
    state.paused = paused;
    state.changes++;
  };
  const transport = { pause: () => change(true), resume: () => change(false) } as Transport;
  const intake = new Intake(transport, turn, (frame) => handled.push(String(frame)));
  return { intake, handled, state, turn };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Frames that are told apart by how they begin. */
function frames(count: number, bytes: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index}`.padEnd(bytes, '.'));
}

describe('the share of a turn', () => {
  it('is no matter for a session that sends a little', () => {
    const { intake, handled, state } = setUp();
    for (const frame of frames(100, 100)) intake.push(frame);
    expect(handled).toHaveLength(100);
    expect(state.changes).toBe(0);
  });

  it('ends what one session gets, and lets the next one have its turn', async () => {
    const flood = setUp();
    const honest = setUp(flood.turn);
    for (const frame of frames(2_000, 100)) flood.intake.push(frame);
    const first = flood.handled.length;
    expect(first).toBeLessThan(300);
    expect(flood.state.paused).toBe(true);

    honest.intake.push('hello');
    expect(honest.handled).toEqual(['hello']);

    await nextTurn();
    expect(flood.handled.length).toBeGreaterThan(first);
    expect(flood.handled.length).toBeLessThan(600);
    while (flood.state.paused) await nextTurn();
    expect(flood.handled).toEqual(frames(2_000, 100));
  });

  it('lets a message through that is larger than it', async () => {
    const { intake, handled, state } = setUp();
    const [large = '', small = ''] = frames(2, 1_000_000);
    intake.push(large);
    intake.push(small);
    expect(handled).toEqual([large]);
    while (state.paused) await nextTurn();
    expect(handled).toEqual([large, small]);
  });

  it('keeps the order of what comes while something waits', async () => {
    const { intake, handled, state } = setUp();
    const all = frames(1_500, 50);
    for (const frame of all.slice(0, 700)) intake.push(frame);
    await nextTurn();
    for (const frame of all.slice(700)) intake.push(frame);
    while (state.paused) await nextTurn();
    expect(handled).toEqual(all);
  });
});

describe('an end of the transport', () => {
  it('is preceded by all that it has handed over, each frame once', async () => {
    const { intake, handled } = setUp();
    for (const frame of frames(2_000, 100)) intake.push(frame);
    intake.drain();
    expect(handled).toEqual(frames(2_000, 100));
    await nextTurn();
    await nextTurn();
    expect(handled).toHaveLength(2_000);
  });
});

describe('stop', () => {
  it('pauses until start, whatever the turns do', async () => {
    const { intake, state } = setUp();
    intake.stop();
    for (const frame of frames(400, 100)) intake.push(frame);
    await nextTurn();
    await nextTurn();
    await nextTurn();
    expect(state.paused).toBe(true);
    intake.start();
    expect(state.paused).toBe(false);
  });
});
