import { Code, ErrorUri } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Authenticator } from '../../src/index.js';
import { Router, staticUsers, ticket } from '../../src/index.js';
import { connect } from '../support/memory.js';
import type { Message } from '../support/peer.js';

const users = staticUsers({
  ann: { authrole: 'staff', ticket: 'open sesame' },
  bob: { authrole: 'staff', authid: 'robert', ticket: 'let me in' },
  tom: { authrole: 'staff', wampcra: { secret: 'no ticket' } },
});

async function login(authenticator: Authenticator, authid: string, signature: string): Promise<Message> {
  const peer = connect(new Router({ authenticators: [authenticator] }));
  peer.say(Code.HELLO, 'realm1', { authmethods: ['ticket'], authid });
  expect(await peer.next()).toEqual([Code.CHALLENGE, 'ticket', {}]);
  peer.say(Code.AUTHENTICATE, signature, {});
  return peer.next();
}

describe('tickets of a table', () => {
  test('the right one lets in, as whom the table says', async () => {
    const [code, , details] = await login(ticket({ users }), 'bob', 'let me in');
    expect(code).toBe(Code.WELCOME);
    expect(details).toMatchObject({
      authid: 'robert',
      authrole: 'staff',
      authmethod: 'ticket',
      authprovider: 'static',
    });
  });

  test.each([
    ['a wrong ticket', 'ann', 'open says me'],
    ['another’s ticket', 'ann', 'let me in'],
    ['no ticket', 'ann', ''],
    ['an unknown user', 'nobody', 'open sesame'],
    ['an unknown user without a ticket', 'nobody', ''],
    ['a user who has none', 'tom', ''],
    ['a name that every object has', '__proto__', ''],
  ])('%s is refused, with the same answer', async (_name, authid, signature) => {
    expect(await login(ticket({ users }), authid, signature)).toEqual([
      Code.ABORT,
      { message: 'the credentials were not accepted: check the authid and its secret' },
      ErrorUri.AUTHENTICATION_DENIED,
    ]);
  });
});

describe('tickets judged by a function', () => {
  const check = async (text: string) => (text === '42' ? { authid: 'deep', authrole: 'thought' } : undefined);

  test('it says whom a ticket makes of its bearer', async () => {
    const [, , details] = await login(ticket({ check, provider: 'oracle' }), 'x', '42');
    expect(details).toMatchObject({ authid: 'deep', authrole: 'thought', authprovider: 'oracle' });
  });

  test('and who is refused', async () => {
    expect(await login(ticket({ check }), 'x', '41')).toMatchObject([Code.ABORT, {}, ErrorUri.AUTHENTICATION_DENIED]);
  });
});
