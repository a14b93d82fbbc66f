import { expect, test } from 'vitest';
import { json } from '../../src/serializer/json.js';
import type { CloseInfo, Transport } from '../../src/transport/index.js';
import type { Encoded, Frame } from '../../src/wire/index.js';
import { Code, encode, Payload } from '../../src/wire/index.js';

/** The two ends of one connection. */
export type Connect = () => Promise<readonly [Transport, Transport]>;

/** An owner that remembers. */
export class Recorder {
  readonly frames: string[] = [];
  readonly closes: CloseInfo[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(transport: Transport) {
    transport.attach({
      message: (frame) => {
        this.frames.push(textOf(frame));
        for (const look of this.#waiting) look();
      },
      close: (info) => {
        this.closes.push(info);
        for (const look of this.#waiting) look();
      },
    });
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (holds()) resolve();
      };
      this.#waiting.push(look);
      look();
    });
  }
}

const textOf = (frame: Frame) => (typeof frame === 'string' ? frame : new TextDecoder().decode(frame));
const message = (value: unknown): Encoded =>
  encode({ code: Code.PUBLISH, request: 1, options: {}, topic: 'a.b', payload: Payload.of([value]) }, json());

/** What every transport keeps, whatever carries it. */
export function transportContract(name: string, connect: Connect): void {
  test(`${name}: what is sent arrives, in order, both ways`, async () => {
    const [near, far] = await connect();
    const here = new Recorder(near);
    const there = new Recorder(far);
    for (let i = 0; i < 100; i++) {
      near.send(message(i));
      far.send(message(-i));
    }
    await there.until(() => there.frames.length === 100);
    await here.until(() => here.frames.length === 100);
    expect(there.frames.map((frame) => JSON.parse(frame)[4][0])).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(here.frames.map((frame) => JSON.parse(frame)[4][0])).toEqual(Array.from({ length: 100 }, (_, i) => -i));
    near.close();
  });

  test(`${name}: what came before there was an owner is handed to it`, async () => {
    const [near, far] = await connect();
    const here = new Recorder(near);
    near.send(message('early'));
    near.close(1000, 'done');
    await here.until(() => here.closes.length > 0);
    const there = new Recorder(far);
    await there.until(() => there.closes.length > 0);
    expect(there.frames).toHaveLength(1);
  });

  test(`${name}: close flushes what was sent, and tells both ends once with code and reason`, async () => {
    const [near, far] = await connect();
    const here = new Recorder(near);
    const there = new Recorder(far);
    near.send(message('last'));
    near.close(3001, 'enough');
    near.close();
    near.terminate();
    await there.until(() => there.closes.length > 0);
    await here.until(() => here.closes.length > 0);
    expect([here.closes.length, there.closes.length]).toEqual([1, 1]);
  });

  test(`${name}: terminate ends it at once, without a close handshake`, async () => {
    const [near, far] = await connect();
    const here = new Recorder(near);
    const there = new Recorder(far);
    near.terminate();
    near.send(message('lost'));
    await there.until(() => there.closes.length > 0);
    await here.until(() => here.closes.length > 0);
    expect([here.closes[0]?.code, there.closes[0]?.code]).toEqual([1006, 1006]);
    expect(there.frames).toEqual([]);
  });

  test(`${name}: a second owner is refused`, async () => {
    const [near] = await connect();
    new Recorder(near);
    expect(() => new Recorder(near)).toThrow('attach it once');
    near.terminate();
  });

  test(`${name}: while it is paused nothing is handed over, and nothing is lost`, async () => {
    const [near, far] = await connect();
    const there = new Recorder(far);
    const here = new Recorder(near);
    far.pause();
    for (let i = 0; i < 10; i++) near.send(message(i));
    far.send(message('echo'));
    await here.until(() => here.frames.length === 1);
    expect(there.frames).toEqual([]);
    far.resume();
    await there.until(() => there.frames.length === 10);
    near.close();
  });
}
