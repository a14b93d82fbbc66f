import type { Member } from '../session/member.js';

/** Who makes a call, as the dealer sees it: a session, or a survey on a session's behalf. */
export type Caller = Pick<Member, 'id' | 'identity' | 'details' | 'serializer' | 'send' | 'sendPart'>;
