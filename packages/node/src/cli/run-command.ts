import { spawn } from 'node:child_process';
import { WampError } from '@wigwag/core';
import { ErrorUri } from '@wigwag/core/wire';
import { fromJson } from './output.js';

/** More than this from one command is no result: 16 MiB. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/**
 * Runs a command without a shell, gives it `input`, and resolves to what it printed: as JSON where it is JSON, else as
 * text without its last line break. Its standard error is ours.
 * @throws WampError `wigwag.error.runtime_error` when it cannot be started, or exits with another status than 0
 */
export function runCommand(
  [program = '', ...args]: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new WampError(ErrorUri.RUNTIME_ERROR, [`${program}: ${why}`]));
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], signal });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) child.kill();
      else chunks.push(chunk);
    });
    child.on('error', (error) => fail(error.message));
    child.on('close', (status, killedBy) => {
      if (size > MAX_OUTPUT) fail(`printed more than ${MAX_OUTPUT} bytes`);
      else if (status !== 0) fail(killedBy ? `was ended by ${killedBy}` : `exited with status ${status}`);
      else resolve(readOutput(Buffer.concat(chunks).toString('utf8')));
    });
    // A command that does not read its input may end before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(`${input}\n`);
  });
}

function readOutput(text: string): unknown {
  try {
    return fromJson(text);
  } catch {
    return text.replace(/\r?\n$/, '');
  }
}
