import { createClient, waiting } from '@wigwag/browser';
import { showNotification } from './notifications.js';
import { showState } from './state.js';

// The page may be open before the backend is: it keeps trying, and what it asks for waits until it is heard.
const client = createClient('/ws', {
  realm: 'realm1',
  retry: 'always',
  waiting: waiting(),
  offline: 'wait',
  backoff: { max: 5_000 },
});
client.on('state', showState);

client
  .subscribe('example.notification', ({ args, kwargs }) => showNotification(args[0], kwargs.time))
  .catch((error) => console.error('notifications will not be shown:', error));
client.connect().catch((error) => console.error('will not connect:', error));
