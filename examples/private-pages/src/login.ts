import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { issueToken } from './tokens.js';
import { isPassword } from './users.js';

const COOKIE = 'shop_session';
/** Logins that are remembered; the oldest is forgotten for a new one. */
const MAX_LOGINS = 10_000;
const MAX_BODY = 1_000;

/** Who is logged in to the site, by the secret in their browser's cookie. */
const logins = new Map<string, string>();

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the site does beside serving files. */
export const actions: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['POST /login', logIn],
  ['POST /logout', logOut],
  ['GET /me', async (request, response) => answer(response, 200, { email: whoIs(request) ?? null })],
  ['GET /token', giveToken],
]);

async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { email, password } = await readForm(request);
  if (!isPassword(email, password)) return answer(response, 403, { error: 'That is not the password.' });
  const secret = randomBytes(32).toString('base64url');
  for (const oldest of logins.keys()) {
    if (logins.size < MAX_LOGINS) break;
    logins.delete(oldest);
  }
  logins.set(secret, email);
  setCookie(response, secret);
  answer(response, 200, { email });
}

async function logOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
  logins.delete(secretIn(request));
  setCookie(response, '', 'Max-Age=0');
  answer(response, 200, {});
}

/** The ticket for the router: whoever holds the cookie gets one, each time that the page connects. */
async function giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const email = whoIs(request);
  if (email === undefined) return answer(response, 401, { error: 'Nobody is logged in.' });
  answer(response, 200, { token: await issueToken(email) });
}

function whoIs(request: IncomingMessage): string | undefined {
  return logins.get(secretIn(request));
}

function secretIn({ headers }: IncomingMessage): string {
  const parts = (headers.cookie ?? '').split('; ').map((part) => part.split('='));
  return parts.find(([name]) => name === COOKIE)?.[1] ?? '';
}

/** Scripts cannot read it, and other sites' pages do not send it. Add `Secure` where the site has TLS. */
function setCookie(response: ServerResponse, secret: string, more = 'Max-Age=86400'): void {
  response.setHeader('set-cookie', `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/; ${more}`);
}

async function readForm(request: IncomingMessage): Promise<{ email: string; password: string }> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_BODY) break;
  }
  const form = new URLSearchParams(text.slice(0, MAX_BODY));
  return { email: form.get('email') ?? '', password: form.get('password') ?? '' };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
