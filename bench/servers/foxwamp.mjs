// fox-wamp, a WAMP router for Node, with nothing switched on.
//   node foxwamp.mjs PORT
import FoxRouter from 'fox-wamp';

const router = new FoxRouter();
router.listenWAMP({ port: Number(process.argv[2]), host: '127.0.0.1', perMessageDeflate: false });
router.getRealm('realm1', () => {});
