import { isUri } from '@wigwag/core/wire';
import { z } from 'zod';
import { actions } from '../access/authorization/action.js';
import { ruleProblems } from '../access/authorization/rule.js';

export const uri = z.string().refine((text) => isUri(text), {
  error: ({ input }) => `${JSON.stringify(input)} is no URI: parts between dots, no white space, no "#"`,
});

export const match = z
  .enum(['exact', 'prefix', 'wildcard'])
  .describe(
    'How `uri` is matched: `exact` (default), `prefix` by character, `wildcard` with an empty part for any one',
  );

const positive = z.number().positive();
const count = z.int().positive();

/** One rule of a role; see `Rule`. */
export const rule = z
  .strictObject({
    uri: z
      .string()
      .describe("A topic or procedure, or a pattern of them; `{authid}` and `{session}` stand for the session's own"),
    match: match.exactOptional(),
    allow: z
      .array(z.enum(actions))
      .describe('What is allowed: any of `publish`, `subscribe`, `call`, `register`; none denies'),
    disclosure: z
      .enum(['allow', 'force', 'refuse'])
      .exactOptional()
      .describe(
        'Whether who publishes or calls is named: `force` always, `refuse` never, `allow` where they ask for it',
      ),
    limits: z
      .strictObject({
        rate: positive.exactOptional().describe('Requests per second of one session under this rule'),
        burst: positive.exactOptional().describe('Requests that may come at once; default: those of a second'),
        maxPayload: count.exactOptional().describe('Bytes of the arguments of one PUBLISH or CALL'),
      })
      .exactOptional()
      .describe('How much of it one session may do'),
  })
  .superRefine((value, context) => {
    for (const { path, message } of ruleProblems(value)) context.addIssue({ code: 'custom', message, path: [...path] });
  });

/** What a role may do. */
export const permission = z
  .union(
    [
      z.literal('everything'),
      z.array(rule),
      z.strictObject({
        procedure: uri.describe('The procedure that is asked'),
        realm: uri.exactOptional().describe("The realm that it is registered in; default: the session's own"),
        timeout: count.exactOptional().describe('Milliseconds that an answer may take; default 5000'),
        cache: z
          .strictObject({
            size: z.int().nonnegative().exactOptional().describe('Answers that are kept; default 10000'),
            ttl: count.exactOptional().describe('Milliseconds that an answer is good for; default 60000'),
          })
          .exactOptional()
          .describe('How many answers are kept, and how long'),
      }),
    ],
    { error: 'must be "everything", a list of rules, or { "procedure": … } for one that decides' },
  )
  .describe('What the role may do: `everything`, a list of rules, or a procedure that decides');
