/** Error and close-reason URIs, each spelled once (spec: "Error Messages", "Session Closing"). */
export const ErrorUri = {
  PROTOCOL_VIOLATION: 'wamp.error.protocol_violation',
  INVALID_URI: 'wamp.error.invalid_uri',
  INVALID_ARGUMENT: 'wamp.error.invalid_argument',
  NOT_AUTHORIZED: 'wamp.error.not_authorized',
  AUTHORIZATION_FAILED: 'wamp.error.authorization_failed',
  NO_SUCH_PROCEDURE: 'wamp.error.no_such_procedure',
  NO_SUCH_REGISTRATION: 'wamp.error.no_such_registration',
  NO_SUCH_SUBSCRIPTION: 'wamp.error.no_such_subscription',
  NO_SUCH_REALM: 'wamp.error.no_such_realm',
  NO_SUCH_ROLE: 'wamp.error.no_such_role',
  NO_SUCH_SESSION: 'wamp.error.no_such_session',
  NO_SUCH_PRINCIPAL: 'wamp.error.no_such_principal',
  PROCEDURE_ALREADY_EXISTS: 'wamp.error.procedure_already_exists',
  NO_AVAILABLE_CALLEE: 'wamp.error.no_available_callee',
  CANCELED: 'wamp.error.canceled',
  TIMEOUT: 'wamp.error.timeout',
  UNAVAILABLE: 'wamp.error.unavailable',
  FEATURE_NOT_SUPPORTED: 'wamp.error.feature_not_supported',
  OPTION_NOT_ALLOWED: 'wamp.error.option_not_allowed',
  DISCLOSE_ME_DISALLOWED: 'wamp.error.option_disallowed.disclose_me',
  PAYLOAD_SIZE_EXCEEDED: 'wamp.error.payload_size_exceeded',
  NETWORK_FAILURE: 'wamp.error.network_failure',
  NO_MATCHING_AUTH_METHOD: 'wamp.error.no_matching_auth_method',
  AUTHENTICATION_REQUIRED: 'wamp.error.authentication_required',
  AUTHENTICATION_FAILED: 'wamp.error.authentication_failed',
  AUTHENTICATION_DENIED: 'wamp.error.authentication_denied',
  /** Ours: a handler threw something that is no WampError. */
  RUNTIME_ERROR: 'wigwag.error.runtime_error',
  /** Ours: nothing is known of the delivery of this publication. */
  NO_SUCH_PUBLICATION: 'wigwag.error.no_such_publication',
  /** Ours: a bound of the router's configuration was reached; the message names it. */
  LIMIT_EXCEEDED: 'wigwag.error.limit_exceeded',
} as const;

export const CloseUri = {
  NORMAL: 'wamp.close.normal',
  SYSTEM_SHUTDOWN: 'wamp.close.system_shutdown',
  CLOSE_REALM: 'wamp.close.close_realm',
  GOODBYE_AND_OUT: 'wamp.close.goodbye_and_out',
  KILLED: 'wamp.close.killed',
  /** Ours: what the session was let in by has expired; with something newer it may come again. */
  EXPIRED: 'wigwag.close.expired',
} as const;
