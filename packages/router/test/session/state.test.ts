import type { ClientMessage, Hello } from '@wigwag/core/wire';
import { CloseUri, Code, ErrorUri } from '@wigwag/core/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Identity, Verdict } from '../../src/index.js';
import type { SessionEffect, SessionEvent, SessionState } from '../../src/session/state.js';
import { transition } from '../../src/session/state.js';

const hello: Hello = { code: Code.HELLO, realm: 'realm1', details: {} };
const identity: Identity = { authid: 'a', authrole: 'r', authmethod: 'm', authprovider: 'p' };
const accepted: Verdict = { type: 'accepted', identity };
const challenge: Verdict = { type: 'challenge', extra: { nonce: 1 }, answer: () => accepted };
const goodbye: ClientMessage = { code: Code.GOODBYE, details: {}, reason: CloseUri.NORMAL };
const publish: ClientMessage = { code: Code.PUBLISH, request: 1, options: {}, topic: 'a.b' };
const authenticate: ClientMessage = { code: Code.AUTHENTICATE, signature: 's', extra: {} };

const connected: SessionState = { type: 'connected' };
const authenticating: SessionState = { type: 'authenticating', hello };
const asked: SessionState = { type: 'authenticating', hello, asked: { method: 'm', challenge } };
const joined: SessionState = { type: 'joined' };
const closing: SessionState = { type: 'closing', reason: CloseUri.SYSTEM_SHUTDOWN };

const received = (message: ClientMessage): SessionEvent => ({ type: 'received', message });
const judged = (verdict: Verdict): SessionEvent => ({ type: 'judged', method: 'm', verdict });
const lost: SessionEvent = { type: 'lost', code: 1006, reason: '' };
const close: SessionEvent = { type: 'close', reason: CloseUri.SYSTEM_SHUTDOWN, message: 'bye' };
const timeIsUp: SessionEvent = { type: 'time is up' };
const overflowed: SessionEvent = { type: 'overflowed', buffered: 2, cap: 1 };
const violated: SessionEvent = { type: 'violated', reason: ErrorUri.PROTOCOL_VIOLATION, message: 'x' };

/** What an effect is, in a word or two. */
function word(effect: SessionEffect): string {
  if (effect.type !== 'send') return effect.type;
  const { message } = effect;
  return 'reason' in message ? `${message.code} ${message.reason}` : String(message.code);
}

const violation = `${Code.ABORT} ${ErrorUri.PROTOCOL_VIOLATION}`;

describe('a session', () => {
  test.each<[string, SessionState, SessionEvent, string, string[]]>([
    ['HELLO starts authentication', connected, received(hello), 'authenticating', ['authenticate']],
    ['a yes joins', authenticating, judged(accepted), 'joined', ['join']],
    ['a question is asked', authenticating, judged(challenge), 'authenticating', [String(Code.CHALLENGE)]],
    ['its answer is judged', asked, received(authenticate), 'authenticating', ['judge']],
    ['an answer to nothing is a violation', authenticating, received(authenticate), 'ended', [violation, 'hang up']],
    [
      'a no ends it',
      authenticating,
      judged({ type: 'refused', reason: ErrorUri.NO_SUCH_REALM, message: '' }),
      'ended',
      [`${Code.ABORT} ${ErrorUri.NO_SUCH_REALM}`, 'hang up'],
    ],
    ['nothing comes before HELLO', connected, received(publish), 'ended', [violation, 'hang up']],
    ['nor GOODBYE', connected, received(goodbye), 'ended', [violation, 'hang up']],
    ['nothing comes before WELCOME', authenticating, received(publish), 'ended', [violation, 'hang up']],
    ['a second HELLO is a violation', joined, received(hello), 'ended', ['leave', violation, 'hang up']],
    ['messages are routed', joined, received(publish), 'joined', ['route']],
    [
      'GOODBYE is answered',
      joined,
      received(goodbye),
      'ended',
      ['leave', `${Code.GOODBYE} ${CloseUri.GOODBYE_AND_OUT}`, 'hang up'],
    ],
    [
      'ABORT is not',
      joined,
      received({ code: Code.ABORT, details: {}, reason: ErrorUri.PROTOCOL_VIOLATION }),
      'ended',
      ['leave', 'hang up'],
    ],
    ['the router says GOODBYE', joined, close, 'closing', ['leave', `${Code.GOODBYE} ${CloseUri.SYSTEM_SHUTDOWN}`]],
    ['and does not repeat it', closing, close, 'closing', []],
    ['its answer ends it', closing, received(goodbye), 'ended', ['hang up']],
    ['what comes before the answer is ignored', closing, received(publish), 'closing', []],
    ['no answer in time ends it too', closing, timeIsUp, 'ended', ['terminate']],
    [
      'the router says ABORT where there is no session',
      connected,
      close,
      'ended',
      [`${Code.ABORT} ${CloseUri.SYSTEM_SHUTDOWN}`, 'hang up'],
    ],
    ['the handshake takes too long', connected, timeIsUp, 'ended', [`${Code.ABORT} ${ErrorUri.TIMEOUT}`, 'hang up']],
    ['the byte cap is passed', joined, overflowed, 'ended', ['leave', 'terminate']],
    ['a malformed message', joined, violated, 'ended', ['leave', violation, 'hang up']],
    ['the connection is gone', joined, lost, 'ended', ['leave']],
    ['the connection is gone before HELLO', connected, lost, 'ended', []],
  ])('%s', (_rule, state, event, expected, effects) => {
    const [after, done] = transition(state, event);
    expect(after.type).toBe(expected);
    expect(done.map(word)).toEqual(effects);
  });

  test('joins and leaves as often, once at most, whatever happens in whatever order', () => {
    const event = fc.constantFrom<SessionEvent>(
      received(hello),
      received(goodbye),
      received(publish),
      received(authenticate),
      judged(accepted),
      judged(challenge),
      close,
      timeIsUp,
      overflowed,
      violated,
      lost,
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let state: SessionState = connected;
        const done: string[] = [];
        for (const each of [...events, lost]) {
          const before: SessionState = state;
          const [after, effects] = transition(before, each);
          if (before.type === 'ended') expect([after, effects]).toEqual([before, []]);
          // What is sent is sent before the transport closes.
          const words = effects.map(({ type }) => type);
          expect(words.slice(words.indexOf('hang up') + 1 || words.length)).toEqual([]);
          done.push(...words);
          state = after;
        }
        expect(state.type).toBe('ended');
        const joins = done.filter((type) => type === 'join').length;
        expect(joins).toBeLessThanOrEqual(1);
        expect(done.filter((type) => type === 'leave')).toHaveLength(joins);
      }),
      { numRuns: 3_000 },
    );
  });
});
