/**
 * Error URIs, each spelled once (spec: "Error Messages"); imported as a whole, `import * as ErrorUri`, so that who bundles
 * gets those that are used.
 */
/** Error and close-reason URIs, each spelled once (spec: "Error Messages", "Session Closing"). */
export const PROTOCOL_VIOLATION = 'wamp.error.protocol_violation';
export const INVALID_URI = 'wamp.error.invalid_uri';
export const INVALID_ARGUMENT = 'wamp.error.invalid_argument';
export const NOT_AUTHORIZED = 'wamp.error.not_authorized';
export const AUTHORIZATION_FAILED = 'wamp.error.authorization_failed';
export const NO_SUCH_PROCEDURE = 'wamp.error.no_such_procedure';
export const NO_SUCH_REGISTRATION = 'wamp.error.no_such_registration';
export const NO_SUCH_SUBSCRIPTION = 'wamp.error.no_such_subscription';
export const NO_SUCH_REALM = 'wamp.error.no_such_realm';
export const NO_SUCH_ROLE = 'wamp.error.no_such_role';
export const NO_SUCH_SESSION = 'wamp.error.no_such_session';
export const NO_SUCH_PRINCIPAL = 'wamp.error.no_such_principal';
export const PROCEDURE_ALREADY_EXISTS = 'wamp.error.procedure_already_exists';
export const NO_AVAILABLE_CALLEE = 'wamp.error.no_available_callee';
export const CANCELED = 'wamp.error.canceled';
export const TIMEOUT = 'wamp.error.timeout';
export const UNAVAILABLE = 'wamp.error.unavailable';
export const FEATURE_NOT_SUPPORTED = 'wamp.error.feature_not_supported';
export const OPTION_NOT_ALLOWED = 'wamp.error.option_not_allowed';
export const DISCLOSE_ME_DISALLOWED = 'wamp.error.option_disallowed.disclose_me';
export const PAYLOAD_SIZE_EXCEEDED = 'wamp.error.payload_size_exceeded';
export const NETWORK_FAILURE = 'wamp.error.network_failure';
export const NO_MATCHING_AUTH_METHOD = 'wamp.error.no_matching_auth_method';
export const AUTHENTICATION_REQUIRED = 'wamp.error.authentication_required';
export const AUTHENTICATION_FAILED = 'wamp.error.authentication_failed';
export const AUTHENTICATION_DENIED = 'wamp.error.authentication_denied';
/** Ours: a handler threw something that is no WampError. */
export const RUNTIME_ERROR = 'wigwag.error.runtime_error';
/** Ours: nothing is known of the delivery of this publication. */
export const NO_SUCH_PUBLICATION = 'wigwag.error.no_such_publication';
/** Ours: a bound of the router's configuration was reached; the message names it. */
export const LIMIT_EXCEEDED = 'wigwag.error.limit_exceeded';
