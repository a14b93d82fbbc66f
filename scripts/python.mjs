import { spawnSync } from 'node:child_process';

/** What to tell who has none. */
export const noPython =
  'No Python with autobahn, msgpack and cbor2 was found. Install them (Debian: python3-autobahn python3-msgpack ' +
  'python3-cbor2), or name one that has them: PYTHON_PATH=/path/to/python3 npm test';

/** What Debian calls them. */
export const pythonPackages = ['python3-autobahn', 'python3-msgpack', 'python3-cbor2'];

/** The Python that PYTHON_PATH names, or one in its usual places, that has Autobahn; undefined when there is none. */
export function findPython() {
  const imports = 'import autobahn.asyncio.wamp, msgpack, cbor2';
  return [process.env.PYTHON_PATH, '/usr/bin/python3', 'python3'].find(
    (path) => path && spawnSync(path, ['-c', imports], { stdio: 'ignore' }).status === 0,
  );
}
