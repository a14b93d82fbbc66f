import type { Dict } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { Member } from '../session/member.js';
import { weigh } from '../weight.js';
import { CallRefused, invalidArgument } from './procedure.js';

/** What the router itself says of a session, and nobody may change. */
const fixed = ['session', 'authid', 'authrole', 'authmethod', 'authprovider', 'transport', 'roles'];

/** What is told about a session: who it is, and what `wamp.session.modify_details` has added. */
export class SessionDetails {
  readonly #added = new Map<Member, Dict>();

  /** @param maxBytes of what is added to one session's details, roughly */
  constructor(private readonly maxBytes: number) {}

  /** The details dictionary of `wamp.session.on_join` and `wamp.session.get` (spec: "Session Meta API"). */
  of(member: Member): Dict {
    const { authid, authrole, authmethod, authprovider } = member.identity;
    const transport = { peer: member.peer, serializer: member.serializer.id };
    return { ...this.#added.get(member), session: member.id, authid, authrole, authmethod, authprovider, transport };
  }

  /**
   * Sets what `changes` names; null takes it away.
   * @throws CallRefused for what may not be changed, or is too much
   */
  modify(member: Member, changes: Dict): void {
    const taken = Object.keys(changes).find((key) => fixed.includes(key));
    if (taken !== undefined) throw invalidArgument(`${taken} is the router's to say, and cannot be modified`);
    const entries = Object.entries({ ...this.#added.get(member), ...changes }).filter(([, value]) => value !== null);
    const details: Dict = Object.fromEntries(entries);
    const bytes = weigh(details);
    if (bytes > this.maxBytes) {
      const message = `a session's added details may have ${this.maxBytes} bytes, and these have about ${bytes}`;
      throw new CallRefused(ErrorUri.PAYLOAD_SIZE_EXCEEDED, message);
    }
    if (entries.length === 0) this.#added.delete(member);
    else this.#added.set(member, details);
  }

  forget(member: Member): void {
    this.#added.delete(member);
  }
}
