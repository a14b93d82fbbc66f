import type { Id, Uri } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { RegistrationDirectory } from '../dealer/directory.js';
import type { Registration } from '../dealer/registrations.js';
import type { Member } from '../session/member.js';
import { idArgument, matchArgument, textArgument, textKeyword } from './arguments.js';
import { listByMatch } from './list-by-match.js';
import { idRange, pageOf, pageResult } from './page.js';
import type { MetaCall, MetaProcedure } from './procedure.js';
import { CallRefused } from './procedure.js';
import { registrationDetails } from './registration-events.js';
import type { Members } from './session-procedures.js';
import { memberArgument } from './session-procedures.js';

/** What these procedures read and do. */
export interface RegistrationAccess {
  /** Entries in one answer of a procedure that lists. */
  readonly maxListed: number;
  readonly directory: RegistrationDirectory;
  /** Takes a callee off a registration. @returns whether it served it */
  revoke(member: Member, registration: Id, reason: string | undefined): boolean;
}

/** `wamp.registration.*` (spec: "Registration Meta API", "Registration Meta-Procedures"). */
export function registrationProcedures(
  members: Members,
  { directory, maxListed, revoke }: RegistrationAccess,
): Readonly<Record<Uri, MetaProcedure>> {
  return {
    'wamp.registration.list': (call) => listByMatch(directory, idRange(call, maxListed)),
    'wamp.registration.lookup': (call) => {
      const found = directory.lookup(matchArgument(call, 1), textArgument(call, 0, 'procedure'));
      return { args: [found?.id ?? null] };
    },
    'wamp.registration.match': (call) => ({
      args: [directory.best(textArgument(call, 0, 'procedure'))?.id ?? null],
    }),
    'wamp.registration.get': (call) => {
      const registration = find(directory, call);
      return { args: [{ ...registrationDetails(registration), _queued: registration.waiting.length }] };
    },
    'wamp.registration.list_callees': (call) => {
      const ids = find(directory, call).callees.map(({ member }) => member.id);
      return pageResult(pageOf(ids, idRange(call, maxListed)));
    },
    'wamp.registration.count_callees': (call) => ({ args: [find(directory, call).callees.length] }),
    'wamp.registration.remove_callee': (call) => {
      const { id } = find(directory, call);
      const member = memberArgument(members, call, 1);
      if (!revoke(member, id, textKeyword(call, 'reason'))) {
        throw new CallRefused(ErrorUri.NO_SUCH_SESSION, `session ${member.id} does not serve registration ${id}`);
      }
      return {};
    },
  };
}

function find(directory: RegistrationDirectory, call: MetaCall): Registration {
  const id = idArgument(call, 0, 'registration');
  const found = directory.get(id);
  if (found) return found;
  throw new CallRefused(ErrorUri.NO_SUCH_REGISTRATION, `no registration of this realm has id ${id}`);
}
