import { Code } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lockstep } from '../support/lockstep.js';
import type { Message, Peer } from '../support/peer.js';

const PROCEDURE = 'a.work';
const CALLERS = 2;
const WORKERS = 3;

/** One call as its caller sees it. */
interface Asked {
  /** Its argument; the request id is one more. */
  readonly number: number;
  /** Calls count up in the order in which the router gets them. */
  place: number;
  readonly caller: Peer;
  readonly rkey: string | undefined;
  /** Final answers. */
  answers: number;
  /** Whether a worker was sent it, which is not lost. */
  invoked: boolean;
  /** Whether a part of the answer came, so that no other worker may begin anew. */
  begun: boolean;
  /** Nobody waits for it any more: its caller left. */
  forgotten: boolean;
}

/** One worker, and what the router should think of it. */
interface Worker {
  peer: Peer;
  nkey: string | undefined;
  registration: number | undefined;
  registering: boolean;
  concurrency: number;
  /** Calls that hold a place, by INVOCATION.Request. */
  readonly holding: Map<number, Asked>;
  /** As before, of a registration that it has given up; they count no more. */
  readonly former: Map<number, Asked>;
  /** What it was told to drop, and may answer all the same. */
  readonly dropped: Set<number>;
}

/** A router, its clients, and what has to be true of them after each step; nothing here waits for anything. */
class World {
  /** @param idempotent whether a call that is lost with its worker is made again */
  constructor(private readonly idempotent: boolean) {
    for (let at = 0; at < CALLERS; at++) this.callers.push(this.stage.join());
    for (let at = 0; at < WORKERS; at++) {
      const fresh = { nkey: undefined, registration: undefined, registering: false, concurrency: 0 };
      this.workers.push({
        ...fresh,
        peer: this.stage.join(),
        holding: new Map(),
        former: new Map(),
        dropped: new Set(),
      });
    }
  }

  readonly stage = new Lockstep({
    limits: { maxQueuedCalls: 5 },
    admit: (_, message) => {
      const asked = message.code === Code.CALL ? this.asked[message.request - 1] : undefined;
      if (asked) asked.place = ++this.#places;
      return undefined;
    },
  });
  readonly callers: Peer[] = [];
  readonly workers: Worker[] = [];
  readonly asked: Asked[] = [];
  #request = 0;
  #places = 0;

  call(by: number, rkey: string | undefined, timeout: number): void {
    const caller = this.callers[by];
    if (!caller) return;
    const number = this.asked.length;
    this.asked.push({ number, place: 0, caller, rkey, answers: 0, invoked: false, begun: false, forgotten: false });
    const options = { receive_progress: true, ...(rkey && { rkey }), ...(timeout > 0 && { timeout }) };
    caller.say(Code.CALL, number + 1, options, PROCEDURE, [number]);
  }

  cancel(nth: number, mode: string): void {
    const open = this.asked.filter(({ answers, forgotten }) => answers === 0 && !forgotten);
    const asked = open[nth % open.length];
    asked?.caller.say(Code.CANCEL, asked.number + 1, { mode });
  }

  register(at: number, concurrency: number, sharded: boolean): void {
    const worker = this.workers[at];
    if (!worker || worker.registration !== undefined || worker.registering) return;
    worker.registering = true;
    worker.concurrency = concurrency;
    worker.nkey = sharded ? `w${at}` : undefined;
    const nkey = sharded && { nkey: `w${at}` };
    const options = { invoke: 'roundrobin', concurrency, ...nkey, _idempotent: this.idempotent };
    worker.peer.say(Code.REGISTER, ++this.#request, options, PROCEDURE);
  }

  unregister(at: number): void {
    // It has to be known which calls came before.
    this.settle();
    const worker = this.workers[at];
    if (worker?.registration === undefined) return;
    worker.peer.say(Code.UNREGISTER, ++this.#request, worker.registration);
    // Else time could pass before it arrives, and a call that runs out of it make room for another.
    this.stage.drain();
    worker.registration = undefined;
    for (const [id, asked] of worker.holding) worker.former.set(id, asked);
    worker.holding.clear();
  }

  /** Answers one of its calls, or one that it was told to drop. */
  answer(at: number, nth: number, how: 'part' | 'result' | 'error'): void {
    const worker = this.workers[at];
    if (!worker) return;
    const ids = [...worker.holding.keys(), ...worker.former.keys(), ...worker.dropped];
    const id = ids[nth % ids.length];
    if (id === undefined) return;
    if (how === 'part') {
      const asked = worker.holding.get(id) ?? worker.former.get(id);
      if (asked) asked.begun = true;
      worker.peer.say(Code.YIELD, id, { progress: true }, ['part']);
    } else {
      for (const known of [worker.holding, worker.former, worker.dropped]) known.delete(id);
      if (how === 'error') worker.peer.say(Code.ERROR, Code.INVOCATION, id, {}, 'a.failed');
      else worker.peer.say(Code.YIELD, id, {}, ['done']);
    }
  }

  /** A worker's process dies, and another one takes its place. */
  killWorker(at: number): void {
    // It has to be known what it had.
    this.settle();
    const worker = this.workers[at];
    if (!worker) return;
    worker.peer.transport.terminate();
    for (const asked of [...worker.holding.values(), ...worker.former.values()]) {
      if (this.idempotent && !asked.begun) asked.invoked = false;
    }
    for (const known of [worker.holding, worker.former, worker.dropped]) known.clear();
    worker.registration = undefined;
    worker.registering = false;
    worker.peer = this.stage.join();
  }

  killCaller(at: number): void {
    const caller = this.callers[at];
    if (!caller) return;
    caller.transport.terminate();
    for (const asked of this.asked) if (asked.caller === caller) asked.forgotten = true;
    this.callers[at] = this.stage.join();
  }

  /** Lets everything that was sent arrive, and looks whether all is well. */
  settle(): void {
    this.stage.drain();
    for (const caller of this.callers) for (const message of this.stage.unread(caller)) this.#answered(caller, message);
    for (const worker of this.workers)
      for (const message of this.stage.unread(worker.peer)) this.#told(worker, message);
    this.#check();
  }

  /** Everybody finishes what it has, until nothing is left. */
  finish(): void {
    this.settle();
    if (!this.workers.some(({ registration }) => registration !== undefined)) this.register(0, 1, false);
    this.settle();
    for (let busy = true; busy; ) {
      busy = false;
      for (const [at, worker] of this.workers.entries()) {
        while (worker.holding.size + worker.former.size + worker.dropped.size > 0) {
          busy = true;
          this.answer(at, 0, 'result');
          this.settle();
        }
      }
    }
    for (const at of this.workers.keys()) this.unregister(at);
    this.settle();
  }

  #check(): void {
    const waiting = this.asked.filter((asked) => !asked.forgotten && !asked.invoked && asked.answers === 0);
    expect(this.stage.router.stats().queuedCalls).toBe(waiting.length);
    const places = (calls: readonly Asked[], rkey: string | undefined) =>
      calls.filter((asked) => asked.rkey === rkey).map(({ place }) => place);
    const invoked = this.asked.filter((asked) => asked.invoked);
    for (const rkey of new Set(waiting.map((asked) => asked.rkey))) {
      // First in, first out; those of different shards may pass each other, and so do those that were lost with a worker.
      if (!this.idempotent)
        expect(Math.max(-1, ...places(invoked, rkey))).toBeLessThan(Math.min(...places(waiting, rkey)));
    }
    for (const { registration, holding, concurrency, nkey } of this.workers) {
      expect(holding.size).toBeLessThanOrEqual(Math.max(concurrency, 0));
      if (registration === undefined || holding.size >= concurrency) continue;
      // Nobody who could work is idle.
      expect(waiting.filter(({ rkey }) => rkey === undefined || rkey === nkey)).toEqual([]);
    }
    expect(this.stage.errors).toEqual([]);
    expect(this.stage.router.stats().violations).toBe(0);
  }

  #answered(caller: Peer, [code, ...fields]: Message): void {
    const isFinal = code === Code.RESULT && !(fields[1] as { progress?: boolean }).progress;
    const isError = code === Code.ERROR && fields[0] === Code.CALL;
    if (!isFinal && !isError) return;
    const asked = this.asked[Number(isFinal ? fields[0] : fields[1]) - 1];
    if (!asked) throw new Error('an answer to nothing');
    expect(asked.caller).toBe(caller);
    expect(++asked.answers).toBe(1);
  }

  #told(worker: Worker, [code, ...fields]: Message): void {
    const id = Number(fields[0]);
    if (code === Code.REGISTERED) {
      worker.registration = Number(fields[1]);
      worker.registering = false;
    }
    if (code === Code.INVOCATION) {
      const asked = this.asked[Number((fields[3] as unknown[])[0])];
      if (!asked) throw new Error('an invocation for nothing');
      expect(asked.invoked).toBe(false);
      // None comes behind UNREGISTER.
      expect(worker.registration !== undefined || worker.registering).toBe(true);
      asked.invoked = true;
      worker.holding.set(id, asked);
    }
    if (code === Code.INTERRUPT && (fields[1] as { mode: string }).mode === 'killnowait') {
      if (worker.holding.delete(id) || worker.former.delete(id)) worker.dropped.add(id);
    }
  }
}

const caller = fc.nat(CALLERS - 1);
const worker = fc.nat(WORKERS - 1);
const nth = fc.nat(9);

type Step = readonly [text: string, act: (world: World) => void];

/** What can happen, in any order. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(caller, fc.constantFrom(undefined, undefined, 'w0', 'w1', 'other'), fc.constantFrom(0, 0, 50, 200))
      .map(([by, rkey, timeout]): Step => [`call ${by} ${rkey} ${timeout}`, (world) => world.call(by, rkey, timeout)]),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(worker, nth, fc.constantFrom('part', 'result', 'result', 'error'))
      .map(([at, which, how]): Step => [`answer ${at} ${which} ${how}`, (world) => world.answer(at, which, how)]),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(worker, fc.integer({ min: 1, max: 2 }), fc.boolean())
      .map(([at, limit, named]): Step => [`register ${at} ${limit} ${named}`, (w) => w.register(at, limit, named)]),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(nth, fc.constantFrom('skip', 'kill', 'killnowait'))
      .map(([which, mode]): Step => [`cancel ${which} ${mode}`, (world) => world.cancel(which, mode)]),
  },
  worker.map((at): Step => [`unregister ${at}`, (world) => world.unregister(at)]),
  worker.map((at): Step => [`kill worker ${at}`, (world) => world.killWorker(at)]),
  caller.map((at): Step => [`kill caller ${at}`, (world) => world.killCaller(at)]),
  fc.constantFrom(20, 60).map((time): Step => [`wait ${time}`, (world) => world.stage.clock.advance(time)]),
);
const mostly = fc.constantFrom(true, true, false);

test.each([
  ['once', false],
  ['again only where it was lost with its worker', true],
])(
  'whatever happens: no call is lost, each is made %s and ends once, in order, and no place is lost',
  (_, idempotent) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, mostly), { maxLength: 60, size: 'max' }), (steps) => {
        const world = new World(idempotent);
        for (const [[, act], settle] of steps) {
          act(world);
          // Else the next step races with this one.
          if (settle) world.settle();
        }
        world.finish();
        expect(world.asked.filter(({ answers, forgotten }) => answers !== 1 && !forgotten)).toEqual([]);
        expect(world.stage.router.stats()).toMatchObject({ calls: 0, queuedCalls: 0, registrations: 0 });
        for (const peer of [...world.callers, ...world.workers.map(({ peer: each }) => each)])
          peer.transport.terminate();
        world.settle();
        expect(world.stage.clock.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  },
);
