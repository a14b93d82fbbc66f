import { cbor } from '@wigwag/core/serializer/cbor';
import { Code } from '@wigwag/core/wire';
import { expect, test } from 'vitest';
import { logTo, Router } from '../../src/index.js';
import { connect, join } from '../support/memory.js';
import { until } from '../support/peer.js';

/** What would begin a line of its own, move a terminal's cursor, or turn a text around. */
const hostile = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test('nothing that a peer chose can do more in the log than be read', async () => {
  const evil = '\u001b[2J\u0007\u202e\u0085x';
  const router = new Router();
  const lines: string[] = [];
  logTo(router, (line) => lines.push(line));
  const identity = { authid: `ann\nsession 1 joined${evil}`, authrole: evil, authmethod: 'x', authprovider: 'x' };
  const [killer, victim, binary] = [
    await join(router, { identity: { ...identity, authmethod: 'internal' } }),
    await join(router, { identity }),
    await join(router, { serializer: cbor() }),
  ];
  // Killed, with a reason of somebody's choice.
  await killer.ask(Code.CALL, {}, 'wamp.session.kill', [victim.id], { reason: `app.${evil}` });
  // Refused: a publication, a realm, a violation.
  await killer.ask(Code.PUBLISH, { acknowledge: true }, `wamp.${evil}`);
  connect(router).say(Code.HELLO, `no.${evil}`, {});
  binary.say(Code.GOODBYE, {}, `bye.${evil}`);
  killer.say(Code.PUBLISH, 99, { match: evil, acknowledge: evil }, 'a');

  await until(() => lines.length >= 9);
  expect(lines.filter((line) => hostile.test(line))).toEqual([]);
  expect(lines.filter((line) => line.includes('app.'))).toHaveLength(1);
});
