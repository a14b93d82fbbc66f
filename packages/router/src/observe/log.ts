import { describe } from '@wigwag/core/wire';
import type { Router } from '../router.js';
import type { SessionEnd } from '../session/state.js';
import type { SessionInfo } from './events.js';

/**
 * Turns a router's events into lines for an operator, one each.
 * @param write takes one line, without its end
 * @throws TypeError where it is no function
 */
export function logTo(router: Router, write: (line: string) => void): void {
  if (typeof write !== 'function')
    throw new TypeError(`logTo takes a function that writes a line, and got ${describe(write)}`);
  router.on('listener:up', (url) => write(`listening on ${url}`));
  router.on('listener:down', (url) => write(`not listening on ${url} any more`));
  router.on('listener:reloaded', (url) => write(`new certificates on ${url}`));
  router.on('connection:refused', (peer, reason) => write(`refused ${peer}: ${oneLine(reason)}`));
  router.on('session:joined', (session) => write(`session ${session.id} joined ${whoIs(session)}`));
  router.on('session:left', (session, end) => write(`session ${session.id} left ${session.realm}: ${howEnded(end)}`));
  router.on('session:refused', (peer, { uri, message }) =>
    write(`refused ${peer}: ${oneLine(uri)}: ${oneLine(message)}`),
  );
  router.on('session:dropped', (session, end) =>
    write(`dropped session ${session.id}, ${whoIs(session)}: ${overflow(end)}`),
  );
  router.on('protocol:violation', (peer, session, { uri, message }) => {
    const who = session ? `session ${session.id}, ${whoIs(session)}` : peer;
    write(`violation by ${who}: ${uri}: ${oneLine(message)}`);
  });
  router.on('publish:refused', ({ session, topic, uri, message }) =>
    write(`refused publication to ${oneLine(topic)} by session ${session.id}: ${oneLine(uri)}: ${oneLine(message)}`),
  );
  router.on('event:withheld', ({ topic, publication, subscribers, serializer, error }) =>
    write(
      `withheld publication ${publication} to ${oneLine(topic)} from ${subscribers} on ${serializer}: ${oneLine(error.message)}`,
    ),
  );
  router.on('events:dropped', ({ session, peer, events }) =>
    write(`dropped ${events} events for session ${session} from ${peer}, which reads too slowly`),
  );
  router.on('error', (error, where) => write(`error in ${where}: ${errorText(error)}`));
}

function whoIs({ realm, authid, authrole, peer }: SessionInfo): string {
  return `${realm} as ${oneLine(authid)} (${oneLine(authrole)}) from ${peer}`;
}

function howEnded(end: SessionEnd): string {
  switch (end.type) {
    case 'goodbye':
    case 'aborted':
      return `the client said ${oneLine(end.reason)}`;
    case 'closed':
      return `the router said ${oneLine(end.reason)}`;
    case 'refused':
    case 'violation':
      return `${oneLine(end.reason)}: ${oneLine(end.message)}`;
    case 'overflow':
      return overflow(end);
    case 'handshake timeout':
      return 'no session was opened in time';
    case 'lost':
      return `the connection closed with code ${end.code}${end.reason === '' ? '' : `, ${oneLine(end.reason)}`}`;
  }
}

function overflow({ buffered, cap, total }: Extract<SessionEnd, { type: 'overflow' }>): string {
  if (total === undefined) return `it left ${buffered} bytes unread, and the cap is ${cap}`;
  return `its queues held ${buffered} bytes when those of all sessions held ${total}, and their cap is ${cap}`;
}

/** What a peer chose may hold anything; a log line stays one line, moves no cursor and turns no text around. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function errorText(error: unknown): string {
  return oneLine(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
