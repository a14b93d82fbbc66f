// What is measured, and how it is started.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floor, nats, socketIo, wamp } from './load/dialects.mjs';
import { sleep } from './process.mjs';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
/** Each command is given a port, and a folder of its own for what it needs to write. */
const script = (file) => (port) => [process.execPath, path(file), String(port)];
const root = (port) => `ws://127.0.0.1:${port}/`;

/** The router's package may stand elsewhere, to compare two states of it: WIGWAG=/path/to/packages/router. */
const wigwag = process.env.WIGWAG ?? path('../packages/router');

export const peers = {
  wigwag: {
    title: 'Wigwag',
    dialect: wamp,
    command: wigwagRouter,
    url: (port) => `ws://127.0.0.1:${port}/ws`,
    patterns: true,
  },
  floor: { title: 'floor (`ws`, no protocol)', dialect: floor, command: script('servers/floor.mjs'), url: root },
  skeleton: { title: 'skeleton (WAMP, no checks)', dialect: wamp, command: script('servers/skeleton.mjs'), url: root },
  nats: { title: 'nats-server', dialect: nats, command: natsServer, url: root, patterns: true, needs: 'nats-server' },
  socketio: { title: 'Socket.IO', dialect: socketIo, command: script('servers/socketio.mjs'), url: root, needs: 'npm' },
  foxwamp: { title: 'fox-wamp', dialect: wamp, command: script('servers/foxwamp.mjs'), url: root, needs: 'npm' },
};

/** Whether there is such a peer on this machine. */
export function isThere({ needs }) {
  if (needs === 'nats-server') return spawnSync('nats-server', ['--version']).status === 0;
  if (needs === 'npm') {
    return spawnSync(process.execPath, ['-e', "require.resolve('socket.io')"], { cwd: path('.') }).status === 0;
  }
  return true;
}

/** With everything that a router in production has: roles with rules, rates, limits of size and number. */
function wigwagRouter(port, folder) {
  const config = JSON.parse(readFileSync(path('servers/wigwag.json'), 'utf8'));
  const file = join(folder, 'wigwag.json');
  writeFileSync(file, JSON.stringify({ ...config, listeners: [{ port }] }));
  return [process.execPath, join(wigwag, 'bin/wigwag-router.js'), '--config', file];
}

function natsServer(port, folder) {
  const file = join(folder, 'nats.conf');
  const websocket = `websocket { listen: "127.0.0.1:${port}", no_tls: true, compression: false }`;
  writeFileSync(file, `listen: "127.0.0.1:-1"\nmax_connections: 65536\n${websocket}\n`);
  return ['nats-server', '-c', file];
}

/**
 * Starts a peer on a free port, and waits until it takes connections.
 * @param nodeOptions for a server in Node, such as `['--trace-gc']`
 */
export async function start(peer, nodeOptions = []) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'wigwag-bench-'));
  const [command, ...args] = peer.command(port, folder);
  if (command === process.execPath) args.unshift(...nodeOptions);
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env, cwd: path('.') });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    // The whole of it only where somebody will read it: a router says something of each session.
    stream.on('data', (text) => {
      output = nodeOptions.length === 0 ? `${output}${text}`.slice(-2000) : output + text;
    });
  }
  const gone = new Promise((resolve) => child.once('exit', resolve));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${peer.title} did not start: ${output}`);
    await sleep(20);
  }
  return {
    pid: child.pid,
    open: () => peer.dialect(peer.url(port)),
    url: peer.url(port),
    get output() {
      return output;
    },
    async stop() {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
