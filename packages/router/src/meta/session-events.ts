import type { Member } from '../session/member.js';
import type { PublishMeta } from './publisher.js';
import type { SessionDetails } from './session-details.js';
import { MetaTopic } from './topics.js';

/** Publishes who joins and leaves (spec: "Session Meta API", "Session Meta Events"). */
export interface SessionEvents {
  joined(member: Member): void;
  left(member: Member): void;
}

export function sessionEvents(publish: PublishMeta, details: SessionDetails): SessionEvents {
  return {
    joined: (member) => publish(MetaTopic.SESSION_JOINED, [details.of(member)]),
    left: ({ id, identity }) => publish(MetaTopic.SESSION_LEFT, [id, identity.authid, identity.authrole]),
  };
}
