import { isId } from '@wigwag/core/wire';
import { describe, expect, test } from 'vitest';
import type { Fabric, Publication } from '../../src/index.js';

const publisher = { id: 1, authid: 'a', authrole: 'r' };
const publication = (id: number, topic = 'a.b'): Publication => ({
  id,
  topic,
  options: {},
  publisher,
  payload: undefined,
  size: 0,
});

/** What every engine of the fabric port must do. */
export function fabricContract(name: string, make: () => Fabric): void {
  describe(`the ${name} fabric`, () => {
    test('brings a publication to every router in the realm, its own included, in order', async () => {
      const fabric = make();
      const [one, two]: [Publication[], Publication[]] = [[], []];
      const realm = fabric.join('shop', (each) => one.push(each));
      fabric.join('shop', (each) => two.push(each));
      for (let id = 1; id <= 20; id++) realm.publish(publication(id));
      await expect.poll(() => [one.length, two.length]).toEqual([20, 20]);
      expect(one.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
      expect(two).toEqual(one);
    });

    test('keeps realms apart', async () => {
      const fabric = make();
      const [shop, zoo]: [Publication[], Publication[]] = [[], []];
      const realm = fabric.join('shop', (each) => shop.push(each));
      fabric.join('zoo', (each) => zoo.push(each));
      realm.publish(publication(1));
      await expect.poll(() => shop.length).toBe(1);
      expect(zoo).toEqual([]);
    });

    test('brings nothing to who has left', async () => {
      const fabric = make();
      const [stays, left]: [Publication[], Publication[]] = [[], []];
      const realm = fabric.join('shop', (each) => stays.push(each));
      fabric.join('shop', (each) => left.push(each)).leave();
      realm.publish(publication(1));
      await expect.poll(() => stays.length).toBe(1);
      expect(left).toEqual([]);
    });

    test('draws ids in range, never one that is in use, across routers and realms', () => {
      const fabric = make();
      const [one, two] = [fabric.join('shop', () => {}), fabric.join('shop', () => {})];
      for (const draw of ['openSession', 'drawPublication', 'drawSubscription', 'drawRegistration'] as const) {
        const ids = Array.from({ length: 200 }, () => [one[draw](), two[draw]()]).flat();
        expect(ids.every(isId)).toBe(true);
        expect(new Set(ids).size).toBe(400);
      }
    });
  });
}
