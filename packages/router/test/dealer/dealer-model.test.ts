import { Code, ErrorUri } from '@wigwag/core/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lockstep } from '../support/lockstep.js';
import type { Message, Peer } from '../support/peer.js';

const features = {
  call_canceling: true,
  call_reroute: true,
  progressive_call_invocations: true,
  progressive_call_results: true,
};
const details = { roles: { caller: { features }, callee: { features } } };
const procedures = [
  ['a.single', 'single'],
  ['a.first', 'first'],
  ['a.turns', 'roundrobin'],
  ['a.load', 'load'],
] as const;
const SESSIONS = 4;
const FAILED = 'com.app.failed';

/** One call, as its caller made it and as callees saw it. */
interface Asked {
  readonly by: Session;
  /** CALL.Request, and the number that all its parts carry. */
  readonly number: number;
  readonly procedure: string;
  readonly inParts: boolean;
  readonly wantsParts: boolean;
  readonly timed: boolean;
  /** Parts sent, the first included. */
  sent: number;
  inputOpen: boolean;
  canceled: boolean;
  /** Final answers. */
  answers: number;
  /** Parts of the answer that were heard. */
  heard: number;
  readonly served: Served[];
}

/** One invocation, as its callee sees it. */
interface Served {
  readonly asked: Asked;
  readonly by: Session;
  readonly id: number;
  /** Parts that came, the first included. */
  parts: number;
  ended: boolean;
  interrupted: boolean;
  /** Parts of the answer that were sent. */
  said: number;
  /** How it was answered. */
  answer: 'result' | 'failed' | 'unavailable' | undefined;
}

interface Session {
  readonly name: number;
  readonly peer: Peer;
  requests: number;
  /** Procedures by REGISTER.Request, while that is not answered. */
  readonly registering: Map<number, string>;
  /** Registrations by UNREGISTER.Request. */
  readonly unregistering: Map<number, number>;
  /** Procedures by registration. */
  readonly registered: Map<number, string>;
  readonly calls: Map<number, Asked>;
  readonly serving: Map<number, Served>;
  /** The last call of each caller that came here first of all callees. */
  readonly latest: Map<Session, number>;
}

/** Clients that keep to the protocol as far as each of them knows it, and what has to be true of what they hear. */
class World {
  readonly stage = new Lockstep();
  readonly sessions: Session[] = [];
  /** Those who left; what they said may still be on its way. */
  readonly former: Session[] = [];
  #named = 0;

  constructor() {
    for (let at = 0; at < SESSIONS; at++) this.sessions.push(this.#enter());
    this.stage.drain();
    this.look();
  }

  session(at: number): Session {
    const session = this.sessions[at % SESSIONS];
    if (!session) throw new Error('no such session');
    return session;
  }

  register(session: Session, which: number): void {
    const [procedure, invoke] = procedures[which % procedures.length] ?? procedures[0];
    const request = ++session.requests;
    session.registering.set(request, procedure);
    session.peer.say(Code.REGISTER, request, { invoke }, procedure);
  }

  unregister(session: Session, nth: number): void {
    const registration = pick([...session.registered.keys()], nth);
    if (registration === undefined || [...session.unregistering.values()].includes(registration)) return;
    session.unregistering.set(++session.requests, registration);
    session.peer.say(Code.UNREGISTER, session.requests, registration);
  }

  call(session: Session, which: number, kind: number): void {
    const [procedure] = procedures[which % procedures.length] ?? procedures[0];
    const [inParts, wantsParts, timed] = [(kind & 1) > 0, (kind & 2) > 0, kind % 5 === 0];
    const number = ++session.requests;
    const asked: Asked = {
      ...{ by: session, number, procedure, inParts, wantsParts, timed },
      ...{ sent: 1, inputOpen: inParts, canceled: false, answers: 0, heard: 0, served: [] },
    };
    session.calls.set(number, asked);
    const options = {
      ...(inParts && { progress: true }),
      ...(wantsParts && { receive_progress: true }),
      ...(timed && { timeout: 100 }),
    };
    session.peer.say(Code.CALL, number, options, procedure, [session.name, number, 0]);
  }

  /** More of a call in parts, as long as the caller does not know that it is over. */
  feed(session: Session, nth: number, last: boolean): void {
    const asked = pick(
      [...session.calls.values()].filter((call) => call.inputOpen && call.answers === 0 && !call.canceled),
      nth,
    );
    if (!asked) return;
    asked.inputOpen = !last;
    const options = last ? {} : { progress: true };
    session.peer.say(Code.CALL, asked.number, options, asked.procedure, [session.name, asked.number, asked.sent++]);
  }

  cancel(session: Session, nth: number, mode: string): void {
    const asked = pick([...session.calls.values()], nth);
    if (!asked) return;
    // Of one that is over, too.
    asked.canceled = true;
    session.peer.say(Code.CANCEL, asked.number, { mode });
  }

  answer(session: Session, nth: number, how: 'part' | 'result' | 'failed' | 'unavailable'): void {
    const served = pick(
      [...session.serving.values()].filter(({ answer }) => answer === undefined),
      nth,
    );
    if (served) this.#answer(session, served, how);
  }

  #answer({ peer, name }: Session, served: Served, how: 'part' | 'result' | 'failed' | 'unavailable'): void {
    const { id } = served;
    if (how === 'part') peer.say(Code.YIELD, id, { progress: true }, [name, id, served.said++]);
    else {
      served.answer = how;
      const uri = how === 'failed' ? FAILED : ErrorUri.UNAVAILABLE;
      if (how === 'result') peer.say(Code.YIELD, id, {}, [name, id]);
      else peer.say(Code.ERROR, Code.INVOCATION, id, {}, uri);
    }
  }

  leave(at: number): void {
    const session = this.session(at);
    this.former.push(session);
    session.peer.transport.terminate();
    this.sessions[at % SESSIONS] = this.#enter();
  }

  /** Looks at all that was heard. */
  look(): void {
    for (const session of this.sessions)
      for (const message of this.stage.unread(session.peer)) this.#hear(session, message);
    expect(this.stage.errors).toEqual([]);
    expect(this.stage.router.stats().violations).toBe(0);
  }

  /** Everybody does what is left to do; then everybody goes. */
  end(): void {
    for (;;) {
      this.stage.drain();
      this.look();
      const open = this.sessions.flatMap((session) =>
        [...session.serving.values()]
          .filter(({ answer }) => answer === undefined)
          .map((served) => ({ session, served })),
      );
      if (open.length === 0) break;
      for (const { session, served } of open) this.#answer(session, served, 'result');
    }
    for (const { calls } of this.sessions) for (const { answers } of calls.values()) expect(answers).toBe(1);
    const { router, clock } = this.stage;
    expect(router.stats()).toMatchObject({ calls: 0, queuedCalls: 0, sessions: SESSIONS });
    expect(clock.pending).toBe(0);
    for (const { peer } of this.sessions) peer.transport.terminate();
    this.stage.drain();
    expect(router.stats()).toMatchObject({ calls: 0, sessions: 0, registrations: 0, connections: 0 });
  }

  /** Most serve whatever can be shared, from the start, so that calls have somewhere to go. */
  #enter(): Session {
    const session: Session = {
      ...{ name: ++this.#named, peer: this.stage.join(details), requests: 0 },
      ...{ registering: new Map(), unregistering: new Map(), registered: new Map() },
      ...{ calls: new Map(), serving: new Map(), latest: new Map() },
    };
    if (session.name % 4 !== 0) for (const which of procedures.keys()) this.register(session, which);
    return session;
  }

  #hear(session: Session, message: Message): void {
    switch (message[0]) {
      case Code.WELCOME:
        break;
      case Code.REGISTERED: {
        const procedure = session.registering.get(Number(message[1]));
        expect(procedure).toBeDefined();
        session.registered.set(Number(message[2]), procedure ?? '');
        session.registering.delete(Number(message[1]));
        break;
      }
      case Code.UNREGISTERED:
        session.registered.delete(session.unregistering.get(Number(message[1])) ?? 0);
        session.unregistering.delete(Number(message[1]));
        break;
      case Code.INVOCATION:
        this.#invoked(session, message);
        break;
      case Code.INTERRUPT: {
        const served = session.serving.get(Number(message[1]));
        expect(served).toBeDefined();
        if (served) served.interrupted = true;
        break;
      }
      case Code.RESULT:
        this.#result(session, message);
        break;
      case Code.ERROR:
        if (message[1] === Code.CALL) this.#error(session, message);
        else {
          expect(message.slice(1, 5)).toEqual([
            Code.REGISTER,
            expect.any(Number),
            {},
            ErrorUri.PROCEDURE_ALREADY_EXISTS,
          ]);
          session.registering.delete(Number(message[2]));
        }
        break;
      default:
        throw new Error(`nobody expects ${JSON.stringify(message)}`);
    }
  }

  #invoked(session: Session, [, request, registration, told, args]: Message): void {
    const id = Number(request);
    const [name, number, part] = args as number[];
    const { progress = false } = told as { progress?: boolean };
    const known = session.serving.get(id);
    if (known) {
      // The parts come here, in order, and none behind the last.
      expect([known.asked.by.name, known.asked.number, known.parts]).toEqual([name, number, part]);
      expect(known.ended).toBe(false);
      known.parts++;
      known.ended = !progress;
      return;
    }
    const asked = this.#everyone()
      .find((other) => other.name === name)
      ?.calls.get(Number(number));
    if (!asked) throw new Error(`nobody made call ${number} of ${name}`);
    expect(part).toBe(0);
    expect(session.registered.get(Number(registration))).toBe(asked.procedure);
    // At one callee at a time, and at none twice.
    for (const { by, answer } of asked.served) {
      expect(answer).toBe('unavailable');
      expect(by).not.toBe(session);
    }
    if (asked.served.length === 0) {
      expect(Number(number)).toBeGreaterThan(session.latest.get(asked.by) ?? 0);
      session.latest.set(asked.by, Number(number));
    }
    const served: Served = {
      ...{ asked, by: session, id, parts: 1, ended: !progress, interrupted: false, said: 0, answer: undefined },
    };
    asked.served.push(served);
    session.serving.set(id, served);
  }

  #result(session: Session, [, request, told, args]: Message): void {
    const asked = session.calls.get(Number(request));
    if (!asked) throw new Error(`a result of call ${request}, which was never made`);
    const [name, id, part] = args as number[];
    const served = asked.served.find((each) => each.by.name === name && each.id === id);
    expect(served).toBeDefined();
    expect(asked.answers).toBe(0);
    if ((told as { progress?: boolean }).progress) {
      expect(asked.wantsParts).toBe(true);
      expect(part).toBe(asked.heard++);
    } else {
      asked.answers++;
      expect(served?.answer).toBe('result');
      // None of what was said before is missing.
      expect(asked.heard).toBe(asked.wantsParts ? served?.said : 0);
    }
  }

  #error(session: Session, [, , request, , uri]: Message): void {
    const asked = session.calls.get(Number(request));
    if (!asked) throw new Error(`an error of call ${request}, which was never made`);
    expect(asked.answers++).toBe(0);
    const { served } = asked;
    const answered = (how: Served['answer']) => served.some(({ answer }) => answer === how);
    // Why this may be; what is on its way to a callee has not been heard there yet.
    const reasons: Readonly<Record<string, boolean>> = {
      [ErrorUri.NO_SUCH_PROCEDURE]: served.length === 0,
      [ErrorUri.CANCELED]: asked.canceled || this.former.length > 0,
      [ErrorUri.TIMEOUT]: asked.timed,
      [ErrorUri.UNAVAILABLE]: answered('unavailable'),
      [ErrorUri.NO_AVAILABLE_CALLEE]: answered('unavailable'),
      [FAILED]: answered('failed'),
    };
    expect([uri, reasons[String(uri)]]).toEqual([uri, true]);
  }

  #everyone(): readonly Session[] {
    return [...this.sessions, ...this.former];
  }
}

function pick<T>(from: readonly T[], nth: number): T | undefined {
  return from[nth % from.length];
}

const at = fc.nat({ max: SESSIONS - 1 });
const nth = fc.nat({ max: 20 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('register' as const), at, nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unregister' as const), at, nth }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), at, nth, kind: fc.nat({ max: 19 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('feed' as const), at, nth, last: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cancel' as const),
      at,
      nth,
      mode: fc.constantFrom('skip', 'kill', 'killnowait'),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      at,
      nth,
      how: fc.constantFrom('part' as const, 'result' as const, 'failed' as const, 'unavailable' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), time: fc.nat({ max: 120 }) }) },
  { weight: 16, arbitrary: fc.record({ do: fc.constant('deliver' as const), nth }) },
);

test('whatever happens in whatever order: one answer a call, in order, from who was asked, and nothing is left', () => {
  const seen = { results: 0, reroutes: 0, parts: 0, late: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 160, size: 'max' }), (steps) => {
      const world = new World();
      for (const each of steps) {
        if (each.do === 'deliver') world.stage.deliver(each.nth);
        else if (each.do === 'wait') world.stage.clock.advance(each.time);
        else if (each.do === 'leave') world.leave(each.at);
        else {
          const session = world.session(each.at);
          if (each.do === 'register') world.register(session, each.nth);
          if (each.do === 'unregister') world.unregister(session, each.nth);
          if (each.do === 'call') world.call(session, each.nth, each.kind);
          if (each.do === 'feed') world.feed(session, each.nth, each.last);
          if (each.do === 'cancel') world.cancel(session, each.nth, each.mode);
          if (each.do === 'answer') world.answer(session, each.nth, each.how);
        }
        world.look();
      }
      world.end();
      for (const { calls } of world.sessions) {
        for (const { served, heard } of calls.values()) {
          seen.results += served.filter(({ answer }) => answer === 'result').length;
          seen.reroutes += Math.max(served.length - 1, 0);
          seen.parts += served.filter(({ parts }) => parts > 1).length;
          seen.late += heard;
        }
      }
    }),
    { numRuns: 300 },
  );
  // The walk has been where it matters.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
