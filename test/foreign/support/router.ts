import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RouterOptions } from '@wigwag/router';
import { Router } from '@wigwag/router';
import { expect } from 'vitest';

/** A router and its address; on any free port unless told otherwise. */
export async function startRouter(
  port = 0,
  options: RouterOptions = {},
): Promise<{ readonly router: Router; readonly url: string }> {
  const router = new Router(options);
  const { url } = await router.listen({ port });
  return { router, url };
}

/** Waits until nobody and nothing is left in `router`; what stays has leaked. */
export async function expectEmpty(router: Router): Promise<void> {
  await expect
    .poll(
      () => {
        const { connections, sessions, subscriptions, registrations, calls } = router.stats();
        return { connections, sessions, subscriptions, registrations, calls };
      },
      { timeout: 30_000 },
    )
    .toEqual({ connections: 0, sessions: 0, subscriptions: 0, registrations: 0, calls: 0 });
}

const cli = fileURLToPath(new URL('../../../packages/router/bin/wigwag-router.js', import.meta.url));

/** A router that can crash: a process of its own. */
export class RouterProcess {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly url: string,
  ) {
    this.#child = child;
  }

  static async start(port: number): Promise<RouterProcess> {
    const child = spawn(process.execPath, [cli, '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(child.stdout)) {
      const url = /^listening on (ws:\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      // What it says from here on is let go, so that it never waits for a reader.
      child.stdout.resume();
      return new RouterProcess(child, url);
    }
    throw new Error('the router ended before it listened');
  }

  /** As a power cut would: no GOODBYE, no close frame. */
  async crash(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Crashes, and starts again at the same address. */
  async restart(): Promise<RouterProcess> {
    await this.crash();
    return RouterProcess.start(Number(new URL(this.url).port));
  }
}
