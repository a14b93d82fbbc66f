import { z } from 'zod';
import { authenticator, user } from './authentication-schema.js';
import { limits, rates } from './limits-schema.js';
import { listener } from './listener-schema.js';
import { match, permission, uri } from './rules-schema.js';
import type { Environment } from './secret.js';

const count = z.int().positive();
const disclosure = z.enum(['allow', 'force', 'refuse']);
const levels = z.record(z.string(), z.int().nonnegative());

/** A configuration file. @param env where the secrets are that it leaves to the environment */
export function configSchema(env: Environment) {
  return z.strictObject({
    $schema: z.string().exactOptional().describe('For editors: `config.schema.json` of `@wigwag/router`'),
    realms: z
      .record(
        uri,
        z.strictObject({
          roles: z
            .record(z.string(), permission)
            .exactOptional()
            .describe('The roles of the realm, and what each may do'),
        }),
      )
      .exactOptional()
      .describe('The realms that are served, by name; default: `realm1`'),
    users: z.record(z.string(), user(env)).exactOptional().describe('Who may log in, by authid'),
    authenticators: z
      .array(authenticator(env))
      .min(1)
      .exactOptional()
      .describe('How clients prove who they are; default: they need not, and act in the role `anonymous`'),
    listeners: z
      .array(listener(env))
      .min(1)
      .exactOptional()
      .describe('Where the router listens; default: WebSocket at `ws://127.0.0.1:8080/ws`'),
    limits: limits.exactOptional().describe('Bounds, each of which has a default'),
    rates: z
      .record(z.string(), rates)
      .exactOptional()
      .describe('How fast sessions may send, by role, in place of what `limits` say'),
    history: z
      .array(
        z.strictObject({
          topic: z.string().describe('A topic, or a pattern of topics'),
          match: match.exactOptional(),
          limit: count.exactOptional().describe('Events; default 10000'),
          bytes: count.exactOptional().describe('Bytes; default 16 MiB'),
          age: count.exactOptional().describe('Milliseconds; default a day'),
        }),
      )
      .exactOptional()
      .describe('Of which topics events are kept, in memory; default: of none'),
    disclosure: z
      .strictObject({
        publishers: disclosure.exactOptional().describe('Publishers to subscribers; default `allow`'),
        callers: disclosure.exactOptional().describe('Callers to callees; default `allow`'),
      })
      .exactOptional()
      .describe('Whether who acts is named: `force` always, `refuse` never, `allow` where they ask for it'),
    trustLevels: z
      .strictObject({
        publishers: levels.exactOptional().describe('By role, `trustlevel` of events'),
        callers: levels.exactOptional().describe('By role, `trustlevel` of invocations'),
      })
      .exactOptional()
      .describe('How far roles are trusted, integers from 0 on, told to those who receive'),
    heartbeat: z
      .strictObject({
        interval: z
          .int()
          .nonnegative()
          .exactOptional()
          .describe('Milliseconds of silence before a ping; default 20000, 0: none'),
        timeout: count.exactOptional().describe('Milliseconds that an answer may take; default 10000'),
      })
      .exactOptional()
      .describe('How silent peers are found out'),
    serializers: z
      .array(z.enum(['json', 'cbor', 'msgpack']))
      .min(1)
      .exactOptional()
      .describe('What clients may speak; default all three'),
    uris: z.enum(['loose', 'strict']).exactOptional().describe('What URIs must look like; default `loose`'),
    reflection: z
      .boolean()
      .exactOptional()
      .describe('Whether sessions may describe their interfaces to each other; default true'),
    onOverflow: z
      .enum(['disconnect', 'drop'])
      .exactOptional()
      .describe(
        'What becomes of a client that reads too slowly: its session ends (default), or events for it are dropped',
      ),
  });
}

export type Config = z.output<ReturnType<typeof configSchema>>;
