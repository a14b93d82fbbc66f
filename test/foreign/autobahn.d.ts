/** The part of AutobahnJS that the tests use; the package comes without types. */
declare module 'autobahn' {
  export type Kwargs = Record<string, unknown>;
  export type Options = Record<string, unknown>;

  /** What a topic's handler is told beside the arguments. */
  export interface Event {
    readonly publication: number;
    readonly topic: string;
    readonly publisher?: number;
    readonly publisher_authid?: string;
    readonly publisher_authrole?: string;
  }

  /** What a procedure is told beside the arguments. */
  export interface Invocation {
    readonly procedure: string;
    /** Null when the caller does not take results in parts. */
    readonly progress: ((args?: unknown[], kwargs?: Kwargs) => void) | null;
    readonly caller?: number;
    readonly caller_authid?: string;
    readonly caller_authrole?: string;
  }

  export type EventHandler = (args: unknown[], kwargs: Kwargs, event: Event) => void;
  export type Endpoint = (args: unknown[], kwargs: Kwargs, invocation: Invocation) => unknown;

  export interface Subscription {
    readonly id: number;
    readonly active: boolean;
    /** True when the router was told, false when other handlers stay on the topic. */
    unsubscribe(): Promise<boolean>;
  }

  export interface Registration {
    readonly id: number;
    readonly active: boolean;
    unregister(): Promise<void>;
  }

  /** A call under way. */
  export interface Call extends Promise<unknown> {
    progress(handler: (value: unknown) => void): Call;
    cancel(options?: { readonly mode: 'skip' | 'kill' | 'killnowait' }): void;
  }

  export interface Session {
    readonly id: number | null;
    readonly isOpen: boolean;
    readonly realm: string | null;
    publish(topic: string, args?: unknown[], kwargs?: Kwargs, options?: Options): Promise<{ readonly id: number }>;
    subscribe(topic: string, handler: EventHandler, options?: Options): Promise<Subscription>;
    call(procedure: string, args?: unknown[], kwargs?: Kwargs, options?: Options): Call;
    register(procedure: string, endpoint: Endpoint, options?: Options): Promise<Registration>;
    leave(reason?: string, message?: string): void;
  }

  export interface Serializer {
    readonly SERIALIZER_ID: string;
  }

  export interface ConnectionOptions {
    readonly url: string;
    readonly realm: string;
    /** In the place of `url`, in order of preference. */
    readonly transports?: readonly { readonly type: 'rawsocket'; readonly host: string; readonly port: number }[];
    readonly serializers?: readonly Serializer[];
    readonly on_user_error?: (error: unknown, message?: string) => void;
    readonly on_internal_error?: (error: unknown, message?: string) => void;
    /** -1: for ever. */
    readonly max_retries?: number;
    /** Seconds. */
    readonly initial_retry_delay?: number;
    readonly retry_delay_growth?: number;
    readonly authmethods?: readonly string[];
    readonly authid?: string;
    readonly authextra?: Options;
    /** In Node: PEM; all three or none. */
    readonly tlsConfiguration?: { readonly ca: string; readonly cert: string; readonly key: string };
    /** Returns what AUTHENTICATE carries. */
    readonly onchallenge?: (session: Session, method: string, extra: Readonly<Record<string, string>>) => string;
  }

  export interface KeyPair {
    readonly publicKey: Uint8Array;
    readonly secretKey: Uint8Array;
  }

  export interface JoinDetails {
    readonly realm: string;
    readonly authid: string;
    readonly authrole: string;
    readonly authmethod: string;
    readonly transport: { readonly type: string; readonly protocol: string };
  }

  export interface CloseDetails {
    /** The reason in GOODBYE or ABORT. */
    readonly reason: string | null;
    readonly message: string | null;
    readonly will_retry: boolean;
  }

  export class Connection {
    constructor(options: ConnectionOptions);
    readonly isOpen: boolean;
    onopen: (session: Session, details: JoinDetails) => void;
    onclose: (reason: 'closed' | 'lost' | 'unreachable' | 'unsupported', details: CloseDetails) => void;
    open(): void;
    close(reason?: string, message?: string): void;
  }

  /** Not an `Error` of JavaScript. */
  export class WampError {
    constructor(error: string, args?: unknown[], kwargs?: Kwargs);
    readonly error: string;
    readonly args: unknown[];
    readonly kwargs: Kwargs;
  }

  export class Result {
    constructor(args?: unknown[], kwargs?: Kwargs);
    readonly args: unknown[];
    readonly kwargs: Kwargs;
  }

  const autobahn: {
    readonly Connection: typeof Connection;
    readonly Error: typeof WampError;
    readonly Result: typeof Result;
    readonly serializer: {
      readonly JSONSerializer: new () => Serializer;
      readonly MsgpackSerializer: new () => Serializer;
      readonly CBORSerializer: new () => Serializer;
    };
    readonly auth_cra: {
      sign(key: string, challenge: string | undefined): string;
      derive_key(secret: string, salt: string | undefined, iterations: unknown, keylen: unknown): string;
    };
    readonly auth_cryptosign: {
      sign_challenge(pair: KeyPair, extra: Readonly<Record<string, string>>): string;
      public_key(pair: KeyPair): string;
    };
    readonly nacl: { readonly sign: { readonly keyPair: { fromSeed(seed: Uint8Array): KeyPair } } };
    /** Its warnings go to the console; the object lets them be turned off. */
    readonly log: { warn: (...what: readonly unknown[]) => void };
  };
  export default autobahn;
}
