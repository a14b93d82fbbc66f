export type { HeartbeatOptions } from '@wigwag/core/transport';
export type { AnonymousOptions } from './access/anonymous.js';
export { anonymous } from './access/anonymous.js';
export type { Attempt, Authenticator, Verdict } from './access/authenticator.js';
export type {
  AccessAnswer,
  AccessQuestion,
  Action,
  AuthorizerOptions,
  CacheOptions,
  DecideAccess,
  Request,
  Rule,
  RuleLimits,
  RulesOptions,
} from './access/authorization/index.js';
export { allowAll, authorizer, authorizerByProcedure, byRealm, byRole, rules } from './access/authorization/index.js';
export type { CheckCookies, CookieOptions } from './access/cookie.js';
export { cookie } from './access/cookie.js';
export type { CryptosignOptions } from './access/cryptosign.js';
export { cryptosign } from './access/cryptosign.js';
export type { ClientCertificate, ConnectionFacts } from './access/facts.js';
export type { ProcedureOptions } from './access/procedure.js';
export { cookiesByProcedure, ticketByProcedure, usersByProcedure } from './access/procedure.js';
export type { CallProcedure } from './access/procedure-caller.js';
export type { ScramOptions } from './access/scram.js';
export { scram } from './access/scram.js';
export type { CheckTicket, TicketOptions } from './access/ticket.js';
export { ticket } from './access/ticket.js';
export type { TlsAuthOptions } from './access/tls.js';
export { tls } from './access/tls.js';
export type { Claim, ScramCredential, User, Users, WampcraCredential } from './access/users.js';
export { staticUsers } from './access/users.js';
export type { WampcraOptions } from './access/wampcra.js';
export { wampcra } from './access/wampcra.js';
export type { Clock } from './clock.js';
export type { DisclosureRule } from './disclosure.js';
export type { Actor, Fabric, FabricRealm, Publication } from './fabric/fabric.js';
export type { MemoryFabricOptions } from './fabric/memory.js';
export { memoryFabric } from './fabric/memory.js';
export { CertificateError, ListenError } from './listen/errors.js';
export type { ListenOptions } from './listen/listen.js';
export type { Listener } from './listen/listener.js';
export type { Origins } from './listen/origin.js';
export type { RawSocketListenOptions } from './listen/rawsocket.js';
export type { CertificateFiles, Certificates, TlsOptions } from './listen/tls.js';
export type { VisitOptions } from './listen/upgrade.js';
export type { AttachedOptions, StandaloneOptions } from './listen/websocket.js';
export type {
  DroppedEvents,
  PatternInfo,
  RefusedPublish,
  RouterEvents,
  SessionInfo,
  WithheldEvent,
} from './observe/events.js';
export { logTo } from './observe/log.js';
export type { RealmStats, RouterStats } from './observe/stats.js';
export type { Disclosure, Limits, Rates, RouterOptions, TrustLevels } from './options.js';
export { Router } from './router.js';
export type { AdmissibleMessage, Admission, Admit, Grant, Refusal } from './session/admission.js';
export type { Identity } from './session/identity.js';
export type { Arrival } from './session/login.js';
export type { Member } from './session/member.js';
export type { OnOverflow } from './session/outbound.js';
export type { SessionEnd } from './session/state.js';
export type { MemoryHistoryOptions } from './store/memory.js';
export { memoryHistory } from './store/memory.js';
export type { HistoryRule, Retention } from './store/rules.js';
export type { HistoryLog, HistoryPage, HistoryQuery, HistoryStore, StoredEvent } from './store/store.js';
export type { Trusted, TrustLevel } from './trust.js';
