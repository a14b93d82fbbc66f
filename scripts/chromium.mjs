import { existsSync } from 'node:fs';

/** What to tell who has none. */
export const noChromium =
  'No Chromium was found. Install Chromium or Chrome, or name it: CHROME_PATH=/path/to/chrome npm test';

/** The browser that CHROME_PATH names, or one in its usual places; undefined when there is none. */
export function findChromium() {
  return [
    process.env.CHROME_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
  ].find((path) => path && existsSync(path));
}
