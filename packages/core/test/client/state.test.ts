import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientEvent, ClientState, Retry } from '../../src/client/state.js';
import { transition } from '../../src/client/state.js';

const error = new Error('nothing listens');
const failed: ClientEvent = { type: 'failed', error, fatal: false, delay: 40 };
const joined: ClientState = { type: 'joined', session: 1, details: {} };
const connecting: ClientState = { type: 'connecting', attempt: 3 };

test.each<[string, Retry, boolean, ClientState, ClientState['type']]>([
  ['never: the first attempt ends it', 'never', false, connecting, 'closed'],
  ['never: a lost session ends it', 'never', true, joined, 'closed'],
  ['lost: the first attempt ends it', 'lost', false, connecting, 'closed'],
  ['lost: a lost session is tried again', 'lost', true, joined, 'waiting'],
  ['lost: and again', 'lost', true, connecting, 'waiting'],
  ['always: the first attempt is tried again', 'always', false, connecting, 'waiting'],
])('retry %s', (_, retry, everJoined, state, expected) => {
  expect(transition(retry, everJoined, state, failed).type).toBe(expected);
});

test('a fatal failure ends it, whatever the retry', () => {
  expect(transition('always', true, joined, { ...failed, fatal: true })).toEqual({ type: 'closed', error });
});

test('attempts count up until a session is joined', () => {
  const waiting = transition('always', false, connecting, failed);
  expect(waiting).toEqual({ type: 'waiting', attempt: 3, delay: 40, error });
  expect(transition('always', false, waiting, { type: 'wake' })).toEqual({ type: 'connecting', attempt: 4 });
  const lost = transition('lost', true, joined, failed);
  expect(transition('lost', true, lost, { type: 'wake' })).toEqual({ type: 'connecting', attempt: 1 });
});

test('from every state, close leads to closed, which nothing leaves', () => {
  const events = fc.constantFrom<ClientEvent>(
    { type: 'connect' },
    { type: 'joined', session: 1, details: {} },
    failed,
    { ...failed, fatal: true },
    { type: 'wake' },
    { type: 'close' },
    { type: 'left' },
  );
  fc.assert(
    fc.property(
      fc.array(events),
      fc.array(events),
      fc.constantFrom<Retry>('never', 'lost', 'always'),
      (some, more, retry) => {
        const run = (state: ClientState, sequence: readonly ClientEvent[]) =>
          sequence.reduce((now, event) => transition(retry, true, now, event), state);
        const end = run(run({ type: 'idle' }, some), [{ type: 'close' }, { type: 'left' }]);
        expect(end.type).toBe('closed');
        expect(run(end, more)).toBe(end);
      },
    ),
  );
});
