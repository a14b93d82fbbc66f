// The router under attack, in a process of its own: it ends when its parent does. Its limits come as JSON.
import { anonymous, byRole, cryptosign, Router, rules, staticUsers } from '@wigwag/router';

const users = staticUsers({});
const router = new Router({
  limits: JSON.parse(process.argv[2] ?? '{}'),
  authenticators: [anonymous(), cryptosign({ users })],
  authorization: byRole({
    anonymous: rules([{ uri: '', match: 'prefix', allow: ['publish', 'subscribe'] }]),
  }),
});
const { url } = await router.listen({ port: 0 });
process.on('message', () => process.send?.({ stats: router.stats() }));
process.on('disconnect', () => process.exit());
process.send?.({ url });
