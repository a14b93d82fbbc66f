import type { Client } from '@wigwag/node';
import { connect } from '@wigwag/node';
import type { Router, RouterOptions } from '@wigwag/router';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { expectEmpty, startRouter } from './router.js';

/** A client that is not ours. */
export interface Guest {
  /** What it objected to in what the router sent it. */
  readonly complaints: readonly unknown[];
  /** Leaves if it has not; resolves when its connection is closed. */
  close(): Promise<void>;
}

/** Where the tests of one file take place: a router, and for each test the clients that it brings. */
export interface Stage {
  readonly router: Router;
  readonly url: string;
  /** Our client, in session. */
  ours(): Promise<Client>;
  /** Takes care of a guest, in session or not. */
  host<G extends Guest>(guest: G): G;
}

/**
 * Sets the stage. After each test, whatever it did: no guest has complained, all have left, and the router has
 * forgotten everybody.
 */
export function setStage(options: RouterOptions = {}): Stage {
  let started: { readonly router: Router; readonly url: string } | undefined;
  const guests: Guest[] = [];
  const clients: Client[] = [];
  const here = () => {
    if (!started) throw new Error('the router has not started');
    return started;
  };

  beforeAll(async () => {
    started = await startRouter(0, options);
  });
  afterEach(async () => {
    const complaints = guests.flatMap((guest) => guest.complaints);
    await Promise.all([...guests.splice(0), ...clients.splice(0)].map((each) => each.close()));
    await expectEmpty(here().router);
    expect(complaints).toEqual([]);
    expect(here().router.stats().violations).toBe(0);
  });
  afterAll(() => here().router.close());

  return {
    get router() {
      return here().router;
    },
    get url() {
      return here().url;
    },
    async ours() {
      const client = await connect(here().url, { realm: 'realm1' });
      clients.push(client);
      return client;
    },
    host(guest) {
      guests.push(guest);
      return guest;
    },
  };
}
