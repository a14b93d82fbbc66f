import type { Dict } from '@wigwag/core/wire';
import type { DealerObserver } from '../dealer/observer.js';
import type { Registration } from '../dealer/registrations.js';
import type { PublishMeta } from './publisher.js';
import { MetaTopic } from './topics.js';

/** RegistrationDetails (spec: "Registration Meta API"). */
export function registrationDetails({ id, created, uri, match, invoke }: Registration): Dict {
  return { id, created: new Date(created).toISOString(), uri, match, invoke };
}

/** Publishes who registers and unregisters (spec: "Registration Meta API", "Registration Meta Events"). */
export function registrationEvents(publish: PublishMeta): DealerObserver {
  return {
    registered(member, registration, created) {
      if (created) publish(MetaTopic.REGISTRATION_CREATED, [member.id, registrationDetails(registration)]);
      publish(MetaTopic.REGISTERED, [member.id, registration.id]);
    },
    unregistered(member, registration, removed) {
      publish(MetaTopic.UNREGISTERED, [member.id, registration.id]);
      if (removed) publish(MetaTopic.REGISTRATION_DELETED, [member.id, registration.id]);
    },
  };
}
