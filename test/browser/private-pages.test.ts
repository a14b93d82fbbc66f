import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { Running } from '../support/process.js';
import { launchChromium, openPage } from './chromium.js';

let browser: Browser;
let site: Running;
let address: string;
beforeAll(async () => {
  browser = await launchChromium();
  const port = String(await freePort());
  site = new Running(process.execPath, ['examples/private-pages/dist/server.js'], { PORT: port, PACE: '50' });
  address = `http://127.0.0.1:${port}`;
  await site.prints(address);
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

/** A page in a browser of its own, with cookies of its own. */
async function visit(): Promise<Page> {
  const page = await openPage(browser, { viewport: { width: 820, height: 720 } });
  await page.goto(address);
  return page;
}

async function logIn(name: string): Promise<Page> {
  const page = await visit();
  await page.getByRole('button', { name }).click();
  await page.locator('[data-state="joined"]').waitFor();
  return page;
}

async function order(page: Page, item: string): Promise<void> {
  await page.locator('#item').fill(item);
  await page.getByRole('button', { name: 'Order', exact: true }).click();
  await page.locator('.item', { hasText: item }).waitFor();
}

const delivered = (page: Page, item: string) =>
  page.locator('.item', { hasText: item }).locator('[aria-current]', { hasText: 'Delivered' }).waitFor();
const items = (page: Page) => page.locator('.item .name').allTextContents();

test('each page sees its own user’s orders come along, and nobody else’s', async () => {
  const [ann, bob] = [await logIn('Ann'), await logIn('Bob')];
  await order(ann, 'Two apples');
  await order(bob, 'A <b>banana</b>');
  await order(ann, 'A loaf of bread');
  await delivered(ann, 'Two apples');
  await delivered(ann, 'A loaf of bread');
  await delivered(bob, 'A <b>banana</b>');
  expect(await items(ann)).toEqual(['A loaf of bread', 'Two apples']);
  expect(await items(bob)).toEqual(['A <b>banana</b>']);

  await ann.reload();
  await delivered(ann, 'A loaf of bread');
  expect(await items(ann)).toEqual(['A loaf of bread', 'Two apples']);

  for (const [button, refusal] of [
    ['Watch Bob', 'may not subscribe user.bob@example%2Ecom.order'],
    ['Watch everybody', 'may not subscribe "user." (prefix, all that it matches)'],
    ['Pretend to be the shop', 'may not publish user.ann@example%2Ecom.order'],
  ] as const) {
    await ann.getByRole('button', { name: button }).click();
    await ann.locator('#answer', { hasText: `wamp.error.not_authorized: ${refusal}` }).waitFor();
  }
  expect(await items(ann)).not.toContain('Free lunch');
  await ann.screenshot({ path: 'artifacts/private-pages.png', animations: 'disabled' });
});

test('without a login there is no token; with a wrong password, no login; after logging out, neither', async () => {
  const page = await visit();
  const token = () => page.evaluate(async () => (await fetch('/token')).status);
  expect(await token()).toBe(401);
  await page.locator('#login-email').fill('ann@example.com');
  await page.locator('#login-password').fill('banana');
  await page.locator('#login button[type="submit"]').click();
  await page.locator('#login-error', { hasText: 'not the password' }).waitFor();
  await page.screenshot({ path: 'artifacts/private-pages-login.png', animations: 'disabled' });
  await page.getByRole('button', { name: 'Ann' }).click();
  await page.locator('[data-state="joined"]').waitFor();
  expect(await token()).toBe(200);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.locator('#login').waitFor();
  expect(await token()).toBe(401);
});
