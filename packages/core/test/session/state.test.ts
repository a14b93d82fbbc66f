import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SessionEvent, SessionState } from '../../src/session/state.js';
import { transition } from '../../src/session/state.js';
import type { RouterMessage } from '../../src/wire/index.js';
import { Code, ProtocolError } from '../../src/wire/index.js';

const welcome: RouterMessage = { code: Code.WELCOME, session: 7, details: {} };
const challenge: RouterMessage = { code: Code.CHALLENGE, method: 'ticket', extra: {} };
const goodbye: RouterMessage = { code: Code.GOODBYE, details: {}, reason: 'wamp.close.system_shutdown' };
const abort: RouterMessage = { code: Code.ABORT, details: { message: 'no' }, reason: 'wamp.error.no_such_realm' };
const event: RouterMessage = { code: Code.EVENT, subscription: 1, publication: 2, details: {} };

const received = (message: RouterMessage): SessionEvent => ({ type: 'received', message });
const joined: SessionState = { type: 'joined', session: 7, details: {} };
const leaving: SessionState = { type: 'leaving', reason: 'wamp.close.normal' };

test('WELCOME establishes the session', () => {
  expect(transition({ type: 'joining' }, received(welcome))).toEqual([joined]);
  expect(transition({ type: 'authenticated' }, received(welcome))).toEqual([joined]);
});

test('CHALLENGE asks for a proof, and the proof is sent', () => {
  const [state, answer] = transition({ type: 'joining' }, received(challenge));
  expect([state, answer]).toEqual([{ type: 'authenticating', challenge }, undefined]);
  const [after, sent] = transition(state, { type: 'authenticated', signature: 's', extra: {} });
  expect(after).toEqual({ type: 'authenticated' });
  expect(sent).toEqual({ code: Code.AUTHENTICATE, signature: 's', extra: {} });
});

test('a WELCOME that overtakes the proof is refused: nobody was asked for it', () => {
  const [state] = transition({ type: 'authenticating', challenge }, received(welcome));
  expect(state).toMatchObject({ type: 'closed', end: { type: 'failed', error: expect.any(ProtocolError) } });
});

test('a WELCOME that does not stand the check of the method is refused', () => {
  const error = new Error('forged');
  const [state, answer] = transition({ type: 'authenticated', verify: () => error }, received(welcome));
  expect(state).toEqual({ type: 'closed', end: { type: 'failed', error } });
  expect(answer).toEqual({
    code: Code.ABORT,
    details: { message: 'forged' },
    reason: 'wamp.error.authentication_failed',
  });
  expect(transition({ type: 'authenticated', verify: () => undefined }, received(welcome))).toEqual([joined]);
});

test('who wants proof of the router takes no WELCOME without a CHALLENGE', () => {
  const [state] = transition({ type: 'joining', mutual: true }, received(welcome));
  expect(state).toMatchObject({ type: 'closed', end: { type: 'failed', error: { code: 'AUTHENTICATION' } } });
});

test('ABORT before WELCOME refuses, after it aborts', () => {
  const end = { reason: 'wamp.error.no_such_realm', details: { message: 'no' } };
  expect(transition({ type: 'joining' }, received(abort))[0]).toEqual({
    type: 'closed',
    end: { type: 'refused', ...end },
  });
  expect(transition(joined, received(abort))[0]).toEqual({ type: 'closed', end: { type: 'aborted', ...end } });
});

test("the router's GOODBYE is answered before the transport is closed", () => {
  const [state, answer] = transition(joined, received(goodbye));
  expect(state).toEqual({
    type: 'closed',
    end: { type: 'goodbye', reason: 'wamp.close.system_shutdown', details: {} },
  });
  expect(answer).toEqual({ code: Code.GOODBYE, details: {}, reason: 'wamp.close.goodbye_and_out' });
});

test('leaving says GOODBYE once, still takes answers, and is over when the router answers or hangs up', () => {
  const [state, answer] = transition(joined, { type: 'leave', reason: 'wamp.close.normal' });
  expect(state).toEqual(leaving);
  expect(answer).toMatchObject({ code: Code.GOODBYE });
  expect(transition(leaving, { type: 'leave', reason: 'wamp.close.normal' })).toEqual([leaving]);
  expect(transition(leaving, received(event))).toEqual([leaving]);
  const over = { type: 'closed', end: { type: 'left', reason: 'wamp.close.normal' } };
  expect(transition(leaving, received(goodbye))).toEqual([over, undefined]);
  expect(transition(leaving, { type: 'lost', info: { code: 1006, reason: '' } })).toEqual([over, undefined]);
});

test.each([
  ['EVENT before WELCOME', { type: 'joining' } as const, event],
  ['a second WELCOME', joined, welcome],
  ['CHALLENGE in session', joined, challenge],
  ['a second CHALLENGE', { type: 'authenticating', challenge } as const, challenge],
  ['GOODBYE before WELCOME', { type: 'joining' } as const, goodbye],
])('%s is a protocol violation', (_, state, message) => {
  const [after, answer] = transition(state, received(message));
  expect(after).toMatchObject({ type: 'closed', end: { type: 'failed', error: expect.any(ProtocolError) } });
  expect(answer).toMatchObject({ code: Code.ABORT, reason: 'wamp.error.protocol_violation' });
});

test('whatever comes in whatever order, a closed session stays as it is and says nothing', () => {
  const events = fc.constantFrom<SessionEvent>(
    ...[welcome, challenge, goodbye, abort, event].map(received),
    { type: 'authenticated', signature: '', extra: {} },
    { type: 'leave', reason: 'wamp.close.normal' },
    { type: 'fail', error: new Error('x'), reason: 'wamp.error.authentication_failed' },
    { type: 'lost', info: { code: 1006, reason: '' } },
  );
  fc.assert(
    fc.property(fc.array(events, { maxLength: 12 }), (sequence) => {
      let state: SessionState = { type: 'joining' };
      for (const next of sequence) {
        const [after, answer] = transition(state, next);
        if (state.type === 'closed') {
          expect(after).toBe(state);
          expect(answer).toBeUndefined();
        }
        state = after;
      }
    }),
  );
});
