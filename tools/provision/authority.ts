import { randomBytes, type X509Certificate } from "node:crypto";
import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../firmware/hal/fault.ts";
import { certificateIn, readPem } from "../../firmware/linux/credentials.ts";
import { openssl, subjectOf } from "../../firmware/linux/openssl.ts";
import { newKey } from "../../firmware/linux/renewal.ts";
import { replaceFile } from "../../firmware/linux/replace-file.ts";

/** X.520, ub-common-name: a longer RSMP id does not fit in a certificate. */
export const LONGEST_NAME = 64;

export type Holder = "broker" | "cabinet" | "supervisor";

/** What is signed: for whom, and how long it counts. */
export interface Wanted {
  readonly holder: Holder;
  readonly commonName: string;
  readonly days: number;
  /** Names and addresses of a broker. */
  readonly hosts?: readonly string[];
}

/** A development authority in a folder: `ca.pem`, `ca.key` (0600), and `issued`, a line for each certificate. */
export class Authority {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get certificateFile(): string {
    return join(this.#folder, "ca.pem");
  }

  get #keyFile(): string {
    return join(this.#folder, "ca.key");
  }

  /** Makes the authority. A fault where there is one: its key is never overwritten. */
  async make(commonName: string, days: number): Promise<void> {
    // Others may pass through it, to the broker's folder, and see nothing.
    await mkdir(this.#folder, { recursive: true });
    await chmod(this.#folder, 0o711);
    await writeNew(this.#keyFile, await newKey());
    await replaceFile(
      this.certificateFile,
      await openssl([
        ...["req", "-x509", "-new", "-batch", "-utf8", "-key", this.#keyFile, "-days", String(days)],
        ...["-subj", subjectOf(commonName)],
        ...["-addext", "basicConstraints=critical,CA:TRUE,pathlen:0"],
        ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
      ]),
      0o644,
    );
  }

  /** Makes a key in `keyFile`, 0600, and has its certificate signed. A fault where that key exists already. */
  async issue(keyFile: string, wanted: Wanted): Promise<string> {
    await writeNew(keyFile, await newKey());
    return this.issueFor(keyFile, wanted);
  }

  /** Signs a certificate for a key that exists. */
  async issueFor(keyFile: string, wanted: Wanted): Promise<string> {
    const subject = ["-utf8", "-subj", subjectOf(wanted.commonName)];
    return this.sign(await openssl(["req", "-new", "-batch", "-key", keyFile, ...subject]), wanted);
  }

  /**
   * Signs a request (PKCS#10, PEM) and returns the certificate, PEM. It takes over the name and the public key, and no
   * extension. A fault where it is broken, names anybody else, or its key is a weak one.
   */
  async sign(request: string, wanted: Wanted): Promise<string> {
    const { holder, commonName, days, hosts = [] } = wanted;
    await readPem(this.certificateFile);
    const folder = await mkdtemp(join(tmpdir(), "hulotte-sign-"));
    let pem: string;
    try {
      await writeFile(join(folder, "request"), request);
      await writeFile(join(folder, "extensions"), extensions(holder, hosts));
      pem = await openssl([
        ...["x509", "-req", "-in", join(folder, "request"), "-CA", this.certificateFile, "-CAkey", this.#keyFile],
        ...["-set_serial", `0x7${randomBytes(16).toString("hex").slice(1)}`, "-days", String(days), "-sha256"],
        ...["-extfile", join(folder, "extensions")],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
    const certificate = certificateIn(pem, "the signed certificate");
    const problem = problemOf(certificate, commonName);
    if (problem) throw new Fault("protocol", "the signing request", problem);
    const { serialNumber, validTo } = certificate;
    const line = [new Date().toISOString(), holder, commonName, serialNumber, new Date(validTo).toISOString()].join(
      " ",
    );
    await appendFile(join(this.#folder, "issued"), `${line}\n`, { mode: 0o600 });
    return pem;
  }

  /** Whether a certificate was ever issued to this holder. */
  async knows(holder: Holder, commonName: string): Promise<boolean> {
    const issued = await readFile(join(this.#folder, "issued"), "utf8").catch(() => "");
    return issued.split("\n").some((line) => line.split(" ").slice(1, 3).join(" ") === `${holder} ${commonName}`);
  }
}

function extensions(holder: Holder, hosts: readonly string[]): string {
  const names = hosts.map((host) => `${/^[\d.]+$|:/.test(host) ? "IP" : "DNS"}:${host}`);
  return [
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    `extendedKeyUsage=${holder === "broker" ? "serverAuth" : "clientAuth"}`,
    ...(names.length > 0 ? [`subjectAltName=${names.join(",")}`] : []),
  ].join("\n");
}

function problemOf(certificate: X509Certificate, commonName: string): string | null {
  const subject = certificate.toLegacyObject().subject as unknown as Record<string, unknown>;
  if (subject["CN"] !== commonName || Object.keys(subject).length !== 1)
    return `its name is ${certificate.subject.replaceAll("\n", ", ")}: allowed is CN=${commonName} alone`;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const strong =
    (type === "ec" && ["prime256v1", "secp384r1", "secp521r1"].includes(details?.namedCurve ?? "")) ||
    (type === "rsa" && (details?.modulusLength ?? 0) >= 2048) ||
    type === "ed25519";
  return strong ? null : `its key is ${type}: allowed is EC P-256 to P-521, Ed25519, or RSA of 2048 bits and more`;
}

/** Writes a private key, for its owner only. A fault where there is one already. */
async function writeNew(path: string, key: string): Promise<void> {
  if (await stat(path).catch(() => null))
    throw new Fault("port-denied", path, "exists already, and a private key is never overwritten");
  await replaceFile(path, key);
}
