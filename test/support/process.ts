import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a process ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of this project, run from its root, with what it prints so far. */
export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #look: () => void = () => {};

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(command, [...args], { cwd: root, env: { ...process.env, ...env } });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#look();
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => {
        const { stdout, stderr } = this;
        resolve({ status, signal, stdout, stderr });
      });
    });
  }

  /** Until it has printed this, on either stream. @throws Error when it ends before */
  async prints(text: string): Promise<void> {
    const printed = new Promise<void>((resolve) => {
      this.#look = () => {
        if (`${this.stdout}${this.stderr}`.includes(text)) resolve();
      };
      this.#look();
    });
    const early = this.ended.then(({ status, stdout, stderr }) => {
      if (`${stdout}${stderr}`.includes(text)) return;
      throw new Error(`ended with status ${status} before it printed "${text}":\n${stdout}${stderr}`);
    });
    await Promise.race([printed, early]);
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#child.kill(signal);
    return this.ended;
  }
}

/** Runs a script of this project to its end. */
export function run(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
  return new Running(process.execPath, [script, ...args], env).ended;
}
