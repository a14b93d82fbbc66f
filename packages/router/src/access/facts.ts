/** A certificate whose signature and time were checked, and whose private key the client has. */
export interface ClientCertificate {
  readonly commonName: string | undefined;
  /** The common name first, then the subject's other names: DNS names, addresses of mail, URIs. */
  readonly names: readonly string[];
  /** SHA-256 of the certificate, in lower-case hex. */
  readonly fingerprint: string;
  /** In hex, as its issuer gave it. */
  readonly serialNumber: string;
  /** Milliseconds since 1970. */
  readonly validTo: number;
  /** The certificate itself, in DER. */
  readonly raw: Uint8Array;
}

/** What a listener knows of a connection that somebody may log in by. */
export interface ConnectionFacts {
  certificate(): ClientCertificate | undefined;
  /** Those of the request that became a WebSocket. None where any page may connect: there they prove nothing. */
  cookies(): ReadonlyMap<string, string>;
}

/** A connection of which nothing is known. */
export const noFacts: ConnectionFacts = {
  certificate: () => undefined,
  cookies: () => new Map(),
};
