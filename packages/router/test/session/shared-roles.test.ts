import { describe, expect, it } from 'vitest';
import { SharedRoles } from '../../src/session/shared-roles.js';

const roles = (feature: string, value: unknown = true) => ({ subscriber: { features: { [feature]: value } } });

describe('SharedRoles', () => {
  it('keeps once what several sessions announce', () => {
    const shared = new SharedRoles();
    const first = shared.in({ roles: roles('a') });
    expect(first).toEqual({ roles: roles('a') });
    expect(shared.in({ roles: roles('a') })).toBe(first);
    expect(shared.in({ roles: roles('b') })).toEqual({ roles: roles('b') });
  });

  it('leaves the other details to each', () => {
    const shared = new SharedRoles();
    const [ann, bob] = ['ann', 'bob'].map((authid) => shared.in({ authid, roles: roles('a') }));
    expect(ann).toEqual({ authid: 'ann', roles: roles('a') });
    expect(bob).toEqual({ authid: 'bob', roles: roles('a') });
    expect(ann?.roles).toBe(bob?.roles);
  });

  it.each([
    ['bytes', new Uint8Array([1]), { 0: 1 }],
    ['a long integer', 2n ** 60n, String(2n ** 60n)],
    ['what is no number', Number.NaN, null],
    ['a zero below zero', -0, 0],
  ])('does not take %s for what looks alike in JSON', (_, value, alike) => {
    const shared = new SharedRoles();
    expect(shared.in({ roles: roles('a', alike) })).toEqual({ roles: roles('a', alike) });
    expect(shared.in({ roles: roles('a', value) })).toEqual({ roles: roles('a', value) });
  });

  it('lets nobody write to what is kept, at any depth', () => {
    const shared = new SharedRoles();
    const announced = () => ({ roles: { ...roles('a'), callee: { features: {}, _extra: [{ deep: 1 }] } } });
    for (const details of [shared.in(announced()), shared.in({ authid: 'ann', ...announced() }).roles]) {
      const left: unknown[] = [details];
      for (const one of left) {
        if (typeof one !== 'object' || one === null) continue;
        expect(one).toSatisfy(Object.isFrozen);
        left.push(...Object.values(one));
      }
      expect(left.length).toBeGreaterThan(8);
    }
    expect(shared.in(announced())).toEqual(announced());
  });

  it('leaves details as they are that have no roles', () => {
    expect(new SharedRoles().in({})).toEqual({});
    expect(new SharedRoles().in({ roles: [] })).toEqual({ roles: [] });
  });

  it('is bounded, in number and in size', () => {
    const shared = new SharedRoles();
    const first = shared.in({ roles: roles('a') });
    for (let i = 0; i < 64; i++) shared.in({ roles: roles(`f${i}`) });
    const again = shared.in({ roles: roles('a') });
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
    const long = { roles: roles('x'.repeat(5000)) };
    expect(shared.in(long)).toBe(long);
  });
});
