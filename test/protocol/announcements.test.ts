import { readFileSync } from 'node:fs';
import { isDict } from '@wigwag/core/wire';
import { afterEach, expect, test } from 'vitest';
import { Stage } from '../support/peers.js';

let stage: Stage;
afterEach(() => stage.close());

const document = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const roles = ['publisher', 'subscriber', 'caller', 'callee', 'broker', 'dealer'];
const named = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');

/** The rows of all tables of features: which, who announces them, and what else is said. */
const rows = document
  .split('\n\n')
  .filter((paragraph) => paragraph.startsWith('| feature | announced by |'))
  .flatMap((table) => table.trim().split('\n').slice(2))
  .map((row) => row.split('|').slice(1, -1))
  .map(([features, by = '', state = '', spec = '', proof = '']) => ({
    features: named(features),
    by: roles.filter((role) => by.split(/\W+/).includes(role)),
    state: state.trim(),
    spec: spec.trim(),
    tests: proof.match(/`[^`]+`/g) ?? [],
  }));

/** `role feature` for each that these details (of HELLO or WELCOME) announce. */
function announced(details: unknown): string[] {
  if (!isDict(details) || !isDict(details.roles)) return [];
  return Object.entries(details.roles).flatMap(([role, entry]) => {
    if (!isDict(entry)) return [];
    const features = Object.entries(isDict(entry.features) ? entry.features : {});
    if (entry.reflection !== undefined) features.push(['reflection', entry.reflection]);
    return features.filter(([, value]) => value === true).map(([feature]) => `${role} ${feature}`);
  });
}

test('HELLO and WELCOME announce what docs/protocol.md says, no less and no more', async () => {
  let hello: unknown;
  stage = await Stage.open({
    history: [{ topic: 'a' }],
    admit: (member) => {
      hello = member.details;
      return undefined;
    },
  });
  const client = await stage.join('websocket', 'json');
  await client.call('wamp.session.count');
  const welcome = client.state.type === 'joined' ? client.state.details : undefined;
  const promised = rows.flatMap(({ features, by }) => by.flatMap((role) => features.map((name) => `${role} ${name}`)));
  expect([...announced(hello), ...announced(welcome)].sort()).toEqual(promised.sort());
});

test('each feature has somebody who announces it, a state, a section of the specification, and a test', () => {
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) {
    expect(row.features, JSON.stringify(row)).not.toEqual([]);
    expect(row.by, JSON.stringify(row)).not.toEqual([]);
    expect(row.state, JSON.stringify(row)).toMatch(/^done/);
    expect(row.spec, JSON.stringify(row)).not.toBe('');
    expect(row.tests, JSON.stringify(row)).not.toEqual([]);
  }
});
