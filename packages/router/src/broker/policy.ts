import type { Publish } from '@wigwag/core/wire';
import { ErrorUri } from '@wigwag/core/wire';
import type { DisclosureRule } from '../disclosure.js';
import type { Admitted, Refusal } from '../session/admission.js';
import type { TrustLevel } from '../trust.js';

/** What is configured about publications. */
export interface PublishingPolicy {
  readonly disclosure: DisclosureRule;
  /** Spec: "Publication Trust Levels". */
  readonly trustLevel?: TrustLevel | undefined;
}

/** Why a publication with these options is not taken, if so. */
export function checkPublish(publish: Admitted<Publish>, policy: PublishingPolicy): Refusal | undefined {
  const { options, disclosure = policy.disclosure } = publish;
  if (disclosure !== 'refuse' || !options.disclose_me) return undefined;
  const message = 'PUBLISH.Options.disclose_me: publishers are not disclosed here; leave it off';
  return { uri: ErrorUri.DISCLOSE_ME_DISALLOWED, message };
}
