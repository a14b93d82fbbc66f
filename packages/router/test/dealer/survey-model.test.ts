import { Code } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lockstep } from '../support/lockstep.js';
import type { Message, Peer } from '../support/peer.js';

const PROCEDURE = 'fleet.status';
const CALLERS = 2;
const CALLEES = 3;

/** One survey as its caller sees it. */
interface Asked {
  readonly request: number;
  readonly caller: Peer;
  readonly timeout: number;
  /** When its time is up, at the latest; known once it has arrived. */
  deadline: number | undefined;
  /** Sessions that were told of it. */
  readonly told: number[];
  /** Sessions whose answers came as parts. */
  readonly parts: number[];
  ends: number;
  canceled: boolean;
  forgotten: boolean;
}

interface Callee {
  peer: Peer;
  id: number;
  registration: number | undefined;
  registering: boolean;
  /** Surveys by INVOCATION.Request. */
  readonly open: Map<number, Asked>;
}

/** A router, its clients, and what has to be true of them; nothing here waits for anything. */
class World {
  readonly stage = new Lockstep();
  readonly callers: Peer[] = [];
  readonly callees: Callee[] = [];
  readonly asked: Asked[] = [];
  /** Sessions of callees that are gone. */
  readonly #dead = new Set<number>();
  #request = 0;

  constructor() {
    for (let at = 0; at < CALLERS; at++) this.callers.push(this.stage.join());
    for (let at = 0; at < CALLEES; at++) this.callees.push({ ...this.#fresh(), open: new Map() });
  }

  call(by: number, timeout: number): void {
    const caller = this.callers[by];
    if (!caller) return;
    const request = this.asked.length + 1;
    this.asked.push({
      request,
      caller,
      timeout,
      deadline: undefined,
      told: [],
      parts: [],
      ends: 0,
      canceled: false,
      forgotten: false,
    });
    caller.say(Code.CALL, request, { receive_progress: true, ...(timeout > 0 && { timeout }) }, PROCEDURE, [request]);
  }

  cancel(nth: number, mode: string): void {
    const open = this.asked.filter(({ ends, forgotten }) => ends === 0 && !forgotten);
    const asked = open[nth % open.length];
    if (!asked) return;
    asked.canceled = true;
    asked.caller.say(Code.CANCEL, asked.request, { mode });
  }

  register(at: number): void {
    const callee = this.callees[at];
    if (!callee || callee.registration !== undefined || callee.registering) return;
    callee.registering = true;
    callee.peer.say(Code.REGISTER, ++this.#request, { invoke: 'all' }, PROCEDURE);
  }

  unregister(at: number): void {
    const callee = this.callees[at];
    if (callee?.registration === undefined) return;
    callee.peer.say(Code.UNREGISTER, ++this.#request, callee.registration);
    callee.registration = undefined;
  }

  /** Answers one survey, which may be over already. */
  answer(at: number, nth: number, how: 'part' | 'result' | 'error'): void {
    const callee = this.callees[at];
    if (!callee) return;
    const ids = [...callee.open.keys()];
    const id = ids[nth % ids.length];
    if (id === undefined) return;
    if (how !== 'part') callee.open.delete(id);
    if (how === 'error') callee.peer.say(Code.ERROR, Code.INVOCATION, id, {}, 'fleet.failed');
    else callee.peer.say(Code.YIELD, id, how === 'part' ? { progress: true } : {}, [callee.id]);
  }

  kill(at: number): void {
    const callee = this.callees[at];
    if (!callee) return;
    callee.peer.transport.terminate();
    callee.open.clear();
    this.#dead.add(callee.id);
    Object.assign(callee, this.#fresh());
  }

  killCaller(at: number): void {
    const caller = this.callers[at];
    if (!caller) return;
    caller.transport.terminate();
    for (const asked of this.asked) if (asked.caller === caller) asked.forgotten = true;
    this.callers[at] = this.stage.join();
  }

  /** Lets everything that was sent arrive, and looks at it. */
  settle(): void {
    this.stage.drain();
    for (const callee of this.callees)
      for (const message of this.stage.unread(callee.peer)) this.#told(callee, message);
    for (const caller of this.callers) for (const message of this.stage.unread(caller)) this.#answered(message);
    const now = this.stage.clock.now();
    for (const asked of this.asked) {
      if (asked.timeout > 0) asked.deadline ??= now + asked.timeout;
      if (asked.deadline !== undefined && asked.deadline <= now) expect(asked.ends === 1 || asked.forgotten).toBe(true);
    }
    expect(this.stage.errors).toEqual([]);
    expect(this.stage.router.stats().violations).toBe(0);
  }

  finish(): void {
    this.settle();
    for (const [at, { open }] of this.callees.entries()) while (open.size > 0) this.answer(at, 0, 'result');
    this.settle();
  }

  #fresh(): Omit<Callee, 'open'> {
    const peer = this.stage.join();
    const [welcome] = this.stage.unread(peer);
    return { peer, id: Number(welcome?.[1]), registration: undefined, registering: false };
  }

  #told(callee: Callee, [code, ...fields]: Message): void {
    if (code === Code.REGISTERED) {
      callee.registration = Number(fields[1]);
      callee.registering = false;
    }
    if (code !== Code.INVOCATION) return;
    const asked = this.asked[Number((fields[3] as unknown[])[0]) - 1];
    if (!asked) throw new Error('an invocation for nothing');
    expect(asked.told).not.toContain(callee.id);
    asked.told.push(callee.id);
    callee.open.set(Number(fields[0]), asked);
  }

  #answered([code, ...fields]: Message): void {
    if (code !== Code.RESULT && !(code === Code.ERROR && fields[0] === Code.CALL)) return;
    const asked = this.asked[Number(code === Code.RESULT ? fields[0] : fields[1]) - 1];
    if (!asked) throw new Error('an answer to nothing');
    // Nothing comes behind the end.
    expect(asked.ends).toBe(0);
    const details = fields[1] as { readonly progress?: boolean; readonly _callee?: number };
    if (code === Code.RESULT && details.progress) {
      const [callee] = fields[2] as number[];
      expect(details._callee).toBe(callee);
      expect(asked.parts).not.toContain(callee);
      asked.parts.push(Number(callee));
      return;
    }
    asked.ends++;
    if (code !== Code.RESULT) {
      expect(asked.canceled || fields[3] === 'wamp.error.no_such_procedure').toBe(true);
      return;
    }
    const { answered, missing, errors } = fields[3] as Record<'answered' | 'missing', number[]> & { errors: object[] };
    expect(answered).toEqual(asked.parts);
    const everybody = [...answered, ...missing];
    expect(new Set(everybody).size).toBe(everybody.length);
    expect(everybody).toEqual(expect.arrayContaining(asked.told));
    // A callee that has died was told too, and nobody looked.
    expect(everybody.filter((id) => !asked.told.includes(id) && !this.#dead.has(id))).toEqual([]);
    expect(errors.length).toBeLessThanOrEqual(missing.length);
  }
}

const caller = fc.nat(CALLERS - 1);
const callee = fc.nat(CALLEES - 1);
const nth = fc.nat(5);

type Step = readonly [text: string, act: (world: World) => void];

/** What can happen, in any order. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(caller, fc.constantFrom(0, 50))
      .map(([by, timeout]): Step => [`call ${by} ${timeout}`, (world) => world.call(by, timeout)]),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(callee, nth, fc.constantFrom('part', 'result', 'result', 'error'))
      .map(([at, which, how]): Step => [`answer ${at} ${which} ${how}`, (world) => world.answer(at, which, how)]),
  },
  { weight: 4, arbitrary: callee.map((at): Step => [`register ${at}`, (world) => world.register(at)]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(nth, fc.constantFrom('skip', 'kill', 'killnowait'))
      .map(([which, mode]): Step => [`cancel ${which} ${mode}`, (world) => world.cancel(which, mode)]),
  },
  callee.map((at): Step => [`unregister ${at}`, (world) => world.unregister(at)]),
  callee.map((at): Step => [`kill ${at}`, (world) => world.kill(at)]),
  caller.map((at): Step => [`kill caller ${at}`, (world) => world.killCaller(at)]),
  fc.constantFrom(20, 60).map((time): Step => [`wait ${time}`, (world) => world.stage.clock.advance(time)]),
);
const mostly = fc.constantFrom(true, true, false);

test('whatever happens: a survey asks everybody once, passes each answer on once, and ends once, with true lists', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, mostly), { maxLength: 60, size: 'max' }), (steps) => {
      const world = new World();
      for (const [[, act], settle] of steps) {
        act(world);
        // Else the next step races with this one.
        if (settle) world.settle();
      }
      world.finish();
      expect(world.asked.filter(({ ends, forgotten }) => ends !== 1 && !forgotten)).toEqual([]);
      expect(world.stage.router.stats().calls).toBe(0);
      expect(world.stage.clock.pending).toBe(0);
    }),
    { numRuns: 100 },
  );
});
