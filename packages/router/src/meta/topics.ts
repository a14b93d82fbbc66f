/** The topics of meta events, each spelled once. */
export const MetaTopic = {
  SESSION_JOINED: 'wamp.session.on_join',
  SESSION_LEFT: 'wamp.session.on_leave',
  SUBSCRIPTION_CREATED: 'wamp.subscription.on_create',
  SUBSCRIBED: 'wamp.subscription.on_subscribe',
  UNSUBSCRIBED: 'wamp.subscription.on_unsubscribe',
  SUBSCRIPTION_DELETED: 'wamp.subscription.on_delete',
  REGISTRATION_CREATED: 'wamp.registration.on_create',
  REGISTERED: 'wamp.registration.on_register',
  UNREGISTERED: 'wamp.registration.on_unregister',
  REGISTRATION_DELETED: 'wamp.registration.on_delete',
  DEFINED: 'wamp.reflect.on_define',
  UNDEFINED: 'wamp.reflect.on_undefine',
} as const;
