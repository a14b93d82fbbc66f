import { expect, test } from 'vitest';
import { onAbort } from '../../src/transport/on-abort.js';

/** A signal that counts its listeners. */
function counted() {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  return { controller, signal, listeners: () => listeners };
}

test('any number waits behind one listener, which goes with the last of them', () => {
  const { signal, listeners } = counted();
  const stops = Array.from({ length: 100 }, () => onAbort(signal, () => {}));
  expect(listeners()).toBe(1);
  for (const stop of stops) stop();
  for (const stop of stops) stop();
  expect(listeners()).toBe(0);
  onAbort(signal, () => {});
  expect(listeners()).toBe(1);
});

test('each is told once, in order, but for those that stopped, also in the meantime', () => {
  const { controller, signal } = counted();
  const told: string[] = [];
  onAbort(signal, () => {
    told.push('one');
    stopThree();
  });
  onAbort(signal, () => told.push('two'))();
  const stopThree = onAbort(signal, () => told.push('three'));
  onAbort(signal, () => told.push('four'));
  controller.abort();
  onAbort(signal, () => told.push('too late'));
  expect(told).toEqual(['one', 'four']);
});
