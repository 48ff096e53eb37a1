/** What proves who we are, and whom to believe, PEM; for mqtts and wss, outside a browser. */
export interface Credentials {
  /** Authorities that are believed, and no other. The machine's own where left out. */
  readonly ca?: string;
  /** Our certificate, and those between it and its authority. */
  readonly cert?: string;
  readonly key?: string;
  /** The key does not leave its token: OpenSSL's engine and the key's name there, instead of `key`. */
  readonly token?: { readonly engine: string; readonly id: string };
  /** Told once what came of them: whether a session began with them. Not told when we gave up ourselves. */
  readonly outcome?: (began: boolean) => void;
}

/** What a cabinet tells of its certificate. */
export interface CertificateState {
  /** ms since 1970 UTC. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Signing request for the next one, PKCS#10 in PEM; empty while none is wanted. */
  readonly request: string;
}

/** Why a certificate was not taken; for people. */
export interface NotTaken {
  readonly ok: false;
  readonly message: string;
}

/** The certificate and the private key of this machine, which are renewed in place. */
export interface Certificates {
  /** For a session with the broker at `url`. Faults where files are missing, cannot be read or do not belong together. */
  credentials(url: string): Promise<Credentials>;
  state(): Promise<CertificateState>;
  /** Makes a key and a signing request for it, where none waits for its certificate yet. */
  prepare(): Promise<void>;
  /**
   * Takes the certificate that answers the request: PEM, ours first. It is used from the next session on; where that fails
   * and the one before still works, the latter is kept and `onOutcome` is told.
   */
  take(chain: string, now: number): Promise<{ readonly ok: true; readonly notAfter: number } | NotTaken>;
  /** What came of one that was taken: a session began with it, or only with the one before. */
  onOutcome(listener: (kept: boolean) => void): void;
}
