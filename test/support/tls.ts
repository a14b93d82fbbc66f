import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** A certificate for `localhost` and its key, trusted by nobody but who is told to. */
export const localhost = { cert: read('localhost.cert.pem'), key: read('localhost.key.pem') };
