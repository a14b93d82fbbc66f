// What a page loads, gzip: `npm run size`. Part of `npm test`.

/** What is imported from one entry of a package, and how many bytes of it at most. */
function limit(name, entry, imports, bytes) {
  return {
    name,
    path: `packages/${entry}`,
    import: `{ ${imports} }`,
    limit: `${bytes} B`,
    gzip: true,
    modifyEsbuildConfig: (config) => ({ ...config, target: 'es2022', legalComments: 'none' }),
  };
}
const browser = 'browser/dist/index.js';
const core = (entry) => `core/dist/${entry}.js`;

export default [
  limit('full client with JSON', browser, 'connect', 21_100),
  limit('subscribe-only client with JSON', 'browser/dist/subscriber.js', 'connect', 16_100),
  // Each with what checks options, 0.6 kB, which a page has once, with its `connect`.
  limit('ticket', browser, 'ticket', 850),
  limit('WAMP-CRA', browser, 'wampcra', 5_300),
  limit('WAMP-SCRAM', browser, 'scram', 19_850),
  limit('Cryptosign', browser, 'cryptosign', 29_550),
  limit('CBOR', core('serializer/cbor'), 'cbor', 5_900),
  limit('MessagePack', core('serializer/msgpack'), 'msgpack', 5_900),
  limit('payload passthru', core('passthru/index'), 'passthru', 1_300),
  limit('encryption', core('encryption/index'), 'encryption', 14_750),
];
