import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Router } from '@wigwag/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Running, run } from './support/process.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}artifacts/addressing`;
const document = readFileSync(`${root}docs/addressing.md`, 'utf8');
const snippets = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

const router = new Router();
let url: string;
let device: Running;
beforeAll(async () => {
  ({ url } = await router.listen({ port: 0 }));
});
afterAll(async () => {
  await device.stop('SIGKILL');
  await router.close();
});

/** Snippets of the document as one program that connects to this test's router. */
function program(name: string, ...code: readonly (string | undefined)[]): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}.mjs`;
  writeFileSync(file, code.join('\n').replaceAll('ws://127.0.0.1:8080/ws', url));
  return file;
}

test('the device of docs/addressing.md is asked and told by the backend there, and by each of its ways alone', async () => {
  const [serve, tell, ask, publish, ...more] = snippets;
  expect(more).toEqual([]);
  device = new Running(process.execPath, [program('device', serve, tell, "console.log('serving');")]);
  await device.prints('serving');

  const other = `import { connect as connectOther } from '@wigwag/node';
const other = await connectOther('ws://127.0.0.1:8080/ws', { realm: 'realm1' });
await other.subscribe('device.notice', (event) => console.log('other:', event.args[0]));
await other.register('device.temperature', () => 0, { invoke: 'roundrobin', nkey: 'device-9' });`;
  const known = `const own = [backend.state.session, other.state.session];
const [session7] = (await backend.call('wamp.session.list')).filter((id) => !own.includes(id));
const sessionOf = async () => session7;
const { authid } = await backend.call('wamp.session.get', [session7]);`;
  const end = 'await other.call("wamp.session.count");\nawait backend.close();\nawait other.close();';
  expect(await run(program('backend', other, ask, known, publish, end), [])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: 'true\n21.5\nwamp.error.no_such_procedure\nother: for all but one\n',
  });
  await device.prints('for one user');
  expect(device.stdout).toBe('serving\nfor one connection\nfor one user\n');
});
