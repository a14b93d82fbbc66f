import { publishOnce } from '@wigwag/node';
import { port } from './port.js';

const text = process.argv.slice(2).join(' ');
if (text === '') {
  console.error('Say what to notify of: npm run notify -- "Build 42 is done"');
  process.exit(2);
}

try {
  await publishOnce(`ws://127.0.0.1:${port()}/ws`, {
    realm: 'realm1',
    topic: 'example.notification',
    args: [text],
    kwargs: { time: Date.now() },
  });
  console.log(`published: ${text}`);
} catch (error) {
  console.error(`not published: ${error instanceof Error ? error.message : error}`);
  console.error('Is the example running? Start it with: npm start');
  process.exitCode = 1;
}
