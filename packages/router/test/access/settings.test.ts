import { expect, test } from 'vitest';
import * as router from '../../src/index.js';

/** What code without types may pass. */
const mistaken = <T>(options: unknown) => options as T;
const users = router.staticUsers({});
const table = { joe: { authrole: 'user' } };

type Make = readonly [what: string, make: (options: never) => unknown, options: unknown, text: string];
const usersWanted =
  'the option users must be users, such as staticUsers({ … }), which have a provider and a function find';

test.each<Make>([
  // A table in the place of users is found out before somebody logs in.
  ['ticket', router.ticket, { users: table }, `${usersWanted}, and is a dictionary`],
  ['ticket', router.ticket, {}, 'the option check must be a function, and is missing'],
  [
    'ticket',
    router.ticket,
    { authid: 'joe', ticket: () => 'secret' },
    'there is no option authid: there are check, prov',
  ],
  ['ticket', router.ticket, undefined, 'options must be an object, and are missing'],
  ['ticket', router.ticket, { users, check: () => undefined }, 'there is no option check: there are users'],
  ['wampcra', router.wampcra, undefined, 'options must be an object, and are missing'],
  ['wampcra', router.wampcra, { users: table }, usersWanted],
  [
    'wampcra',
    router.wampcra,
    { users, strangerSecret: 5 },
    'the option strangerSecret must be text or bytes, and is a num',
  ],
  ['scram', router.scram, {}, `${usersWanted}, and is missing`],
  ['scram', router.scram, { users: { find: () => undefined } }, usersWanted],
  ['scram', router.scram, { users, requireChannelBinding: 'yes' }, 'must be a boolean, and is "yes"'],
  ['cryptosign', router.cryptosign, { users: 'all' }, `${usersWanted}, and is "all"`],
  ['cookie', router.cookie, { users }, 'there is no option users: there are check, provider'],
  ['cookie', router.cookie, { check: 'session' }, 'the option check must be a function'],
  ['tls', router.tls, {}, usersWanted],
  ['anonymous', router.anonymous, { role: 'guest' }, 'there is no option role: there are authrole, random'],
  ['usersByProcedure', router.usersByProcedure, 'login.find', 'options must be an object, and are a string'],
  ['ticketByProcedure', router.ticketByProcedure, {}, 'the option procedure must be a URI, and is missing'],
  [
    'cookiesByProcedure',
    router.cookiesByProcedure,
    { procedure: 'a b' },
    'the option procedure must be a URI, and is "a b"',
  ],
  [
    'authorizerByProcedure',
    router.authorizerByProcedure,
    { procedure: 'a.b', realm: 5 },
    'the option realm must be a URI',
  ],
  [
    'authorizer',
    router.authorizer,
    { procedure: 'a.b' },
    'authorizer takes a function that decides, and got a dictionary',
  ],
  ['rules', router.rules, { uri: 'a.b' }, 'rules takes a list of rules, and got a dictionary'],
  ['byRole', router.byRole, undefined, 'byRole takes an object of functions, and got missing'],
  [
    'byRole',
    router.byRole,
    { guest: [] },
    'byRole: what stands for "guest" must be a function, such as rules([ … ]), and is a li',
  ],
  ['byRealm', router.byRealm, { shop: 'all' }, 'byRealm: what stands for "shop" must be a function'],
  ['staticUsers', router.staticUsers, undefined, 'users must be an object with each under its authid, and are missing'],
  ['staticUsers', router.staticUsers, { joe: null }, 'the user "joe" must be an object, and is null'],
  ['staticUsers', router.staticUsers, { joe: { role: 'user' } }, 'the user "joe" is one whose `authrole` is not text'],
  [
    'staticUsers',
    router.staticUsers,
    { joe: { authrole: 'user', cryptosign: 'ff' } },
    '`cryptosign` is not a list of texts',
  ],
  [
    'staticUsers',
    router.staticUsers,
    { joe: { authrole: 'user', wampcra: 'secret' } },
    '`wampcra` is not { secret, salt?',
  ],
])('%s checks what it is made of: %#', (_, make, options, text) => {
  expect(() => make(mistaken(options))).toThrow(text);
  expect(() => make(mistaken(options))).toThrow(TypeError);
});

test('options of an authorizer are checked too', () => {
  const decide = () => true;
  expect(() => router.authorizer(decide, mistaken({ cache: { max: 5 } }))).toThrow(
    'no option cache.max: there are size',
  );
  expect(() => router.authorizer(decide, mistaken({ timeout: '5s' }))).toThrow('the option timeout must be a number');
});

test('what is undefined is left open', () => {
  const joe = { authrole: 'user', ticket: undefined, expires: Number.POSITIVE_INFINITY };
  expect(router.staticUsers(mistaken({ joe })).provider).toBe('static');
  expect(router.wampcra(mistaken({ users, strangerSecret: undefined })).method).toBe('wampcra');
  expect(router.ticket(mistaken({ check: () => undefined, provider: undefined })).method).toBe('ticket');
});
