import { expect, test } from 'vitest';
import type { Client, ClientSubscription } from '../../src/client/index.js';
import { eventsOf, historyOf, publishConfirmed } from '../../src/client/index.js';
import { Reflection, Testaments } from '../../src/meta/index.js';
import { survey } from '../../src/session/index.js';

/** What code without types may pass. */
const mistaken = <T>(value: unknown) => value as T;
const subscription = { id: 7, topic: 'a.b' } as ClientSubscription;

test.each<[unknown, string]>([
  [undefined, 'missing'],
  [null, 'null'],
  ['a.b', '"a.b"'],
  // Such as one that was not awaited.
  [Promise.resolve(), 'a dictionary'],
])('%o in the place of a client is refused by name', async (none, kind) => {
  const client = mistaken<Client>(none);
  const refused = { code: 'INVALID_ARGUMENT', message: `the client must be a client, and is ${kind}` };
  for (const make of [
    () => eventsOf(client, 'a.b'),
    () => survey(client, 'a.b'),
    () => new Testaments(client),
    () => new Reflection(client),
  ]) {
    expect(make).toThrow(expect.objectContaining(refused));
  }
  await expect(historyOf(client, subscription)).rejects.toMatchObject(refused);
  await expect(publishConfirmed(client, 'a.b')).rejects.toMatchObject(refused);
});

test('a history needs a subscription', async () => {
  const client = mistaken<Client>({ withSession: () => {} });
  await expect(historyOf(client, mistaken(undefined))).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: 'the subscription must be a subscription, and is missing',
  });
});
