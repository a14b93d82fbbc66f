/**
 * Message type codes of WAMP v2, basic and advanced profile (spec: "Message Codes and Direction"); imported as a whole,
 * `import * as Code`, so that who bundles gets numbers.
 */
export const HELLO = 1 as const;
export const WELCOME = 2 as const;
export const ABORT = 3 as const;
export const CHALLENGE = 4 as const;
export const AUTHENTICATE = 5 as const;
export const GOODBYE = 6 as const;
export const ERROR = 8 as const;
export const PUBLISH = 16 as const;
export const PUBLISHED = 17 as const;
export const SUBSCRIBE = 32 as const;
export const SUBSCRIBED = 33 as const;
export const UNSUBSCRIBE = 34 as const;
export const UNSUBSCRIBED = 35 as const;
export const EVENT = 36 as const;
export const CALL = 48 as const;
export const CANCEL = 49 as const;
export const RESULT = 50 as const;
export const REGISTER = 64 as const;
export const REGISTERED = 65 as const;
export const UNREGISTER = 66 as const;
export const UNREGISTERED = 67 as const;
export const INVOCATION = 68 as const;
export const INTERRUPT = 69 as const;
export const YIELD = 70 as const;
export const EVENT_RECEIVED = 337 as const;
