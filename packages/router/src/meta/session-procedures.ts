import type { Id, Uri } from '@wigwag/core/wire';
import { CloseUri, ErrorUri } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import { dictArgument, idArgument, textArgument, textKeyword, textsArgument, uriKeyword } from './arguments.js';
import { idRange, pageOf, pageResult } from './page.js';
import type { MetaCall, MetaProcedure } from './procedure.js';
import { CallRefused } from './procedure.js';
import type { SessionDetails } from './session-details.js';

/** The sessions of one realm, by id. */
export type Members = ReadonlyMap<Id, Member>;

/** Does `kill` without word of those who leave. */
export type Quietly = <T>(kill: () => T) => T;

/** `wamp.session.*` (spec: "Session Meta API", "Session Meta Procedures"). */
export function sessionProcedures(
  members: Members,
  details: SessionDetails,
  maxListed: number,
  quietly: Quietly,
): Readonly<Record<Uri, MetaProcedure>> {
  const find = (call: MetaCall) => memberArgument(members, call, 0);
  return {
    'wamp.session.count': (call) => ({ args: [ofRoles(members, call).length] }),
    'wamp.session.list': (call) => {
      const ids = ofRoles(members, call).map(({ id }) => id);
      return pageResult(pageOf(ids, idRange(call, maxListed)));
    },
    'wamp.session.get': (call) => ({ args: [details.of(find(call))] }),
    'wamp.session.modify_details': (call) => {
      details.modify(find(call), dictArgument(call, 1, 'details'));
      return {};
    },
    'wamp.session.kill': (call) => {
      const member = find(call);
      // The specification: no *other* session has that id.
      if (member === call.caller) throw noSuchSession(member.id, 'a session cannot kill itself: say GOODBYE');
      kill([member], call);
      return {};
    },
    // The specification: this one names those killed, the next one counts them.
    'wamp.session.kill_by_authid': (call) => {
      const authid = textArgument(call, 0, 'authid');
      const victims = others(members, call, ({ identity }) => identity.authid === authid);
      return { args: [kill(victims, call)] };
    },
    'wamp.session.kill_by_authrole': (call) => {
      const authrole = textArgument(call, 0, 'authrole');
      const victims = others(members, call, ({ identity }) => identity.authrole === authrole);
      return { args: [kill(victims, call).length] };
    },
    'wamp.session.kill_all': (call) => {
      const victims = others(members, call, () => true);
      return { args: [quietly(() => kill(victims, call)).length] };
    },
  };
}

/** The session that argument `at` names. @throws CallRefused `wamp.error.no_such_session` */
export function memberArgument(members: Members, call: MetaCall, at: number): Member {
  const id = idArgument(call, at, 'session');
  const member = members.get(id);
  if (!member) throw noSuchSession(id, 'no session of this realm has this id');
  return member;
}

function noSuchSession(id: Id, why: string): CallRefused {
  return new CallRefused(ErrorUri.NO_SUCH_SESSION, `${id}: ${why}`);
}

function ofRoles(members: Members, call: MetaCall): Member[] {
  const roles = textsArgument(call, 0, 'filter_authroles');
  const all = [...members.values()];
  call.spend(all.length);
  return roles ? all.filter(({ identity }) => roles.includes(identity.authrole)) : all;
}

/** Never the caller itself. */
function others(members: Members, { caller, spend }: MetaCall, wanted: (member: Member) => boolean): Member[] {
  spend(members.size);
  return [...members.values()].filter((member) => member !== caller && wanted(member));
}

/** Says GOODBYE, with the call's `reason`, `wamp.close.killed` where it has none, and `message`. @returns the sessions that were closed */
function kill(victims: readonly Member[], call: MetaCall): Id[] {
  const reason = uriKeyword(call, 'reason') ?? CloseUri.KILLED;
  const message = textKeyword(call, 'message');
  for (const member of victims) member.close(reason, message);
  return victims.map(({ id }) => id);
}
