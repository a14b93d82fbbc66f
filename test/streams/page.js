// A page that serves a stream as slowly as it is told to; bundled by the test.
import { connect } from '@wigwag/browser';
import { cbor } from '@wigwag/core/serializer/cbor';

/** What the test looks at, and sets: no chunk is read while so many have been. */
globalThis.page = { read: 0, hold: 0, ready: false };

globalThis.serve = async (url) => {
  const client = await connect(url, { realm: 'realm1', serializers: [cbor()] });
  await client.register('page.swallow', async (_, { input }) => {
    let bytes = 0;
    for await (const { args } of input) {
      bytes += args[0].length;
      page.read++;
      while (page.read >= page.hold) await new Promise((resolve) => setTimeout(resolve, 5));
      // Slower than anything else on the way, all the time.
      if (page.read % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return bytes;
  });
  await client.register('page.read', () => page.read);
  page.ready = true;
};
