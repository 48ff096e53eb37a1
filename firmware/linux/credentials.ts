import { createPrivateKey, X509Certificate } from "node:crypto";
import { glob, open, readFile } from "node:fs/promises";
import { dirname, parse } from "node:path";
import type { Credentials } from "../hal/credentials.ts";
import { Fault } from "../hal/fault.ts";

/** Where the files are. Without `certificate` we prove nothing; with it there is a key in a file or in a token. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: { readonly engine: string; readonly id: string };
}

const OTHERS = 0o077;

/** Where Debian keeps OpenSSL's engines; Node's own OpenSSL looks elsewhere. */
const ENGINES = "/usr/lib/*-linux-gnu/engines-3";

/** An engine, named as openssl does or by its file: its name, and its folder. */
export async function engineAt(engine: string): Promise<{ readonly name: string; readonly folder: string }> {
  const parts = (file: string) => ({ name: parse(file).name, folder: dirname(file) });
  if (engine.includes("/")) return parts(engine);
  for await (const file of glob(`${ENGINES}/${engine}.so`)) return parts(file);
  throw new Fault(
    "port-missing",
    `engine ${engine}`,
    `no ${engine}.so in ${ENGINES}: apt install libengine-pkcs11-openssl`,
  );
}

/** A private key's file. A fault where anybody but its owner may read or change it. */
export async function readKey(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { mode } = await file.stat();
    if (mode & OTHERS) {
      const found = (mode & 0o777).toString(8).padStart(4, "0");
      throw new Fault(
        "port-denied",
        path,
        `mode is ${found}: allowed is 0600 or less, so that only its owner reads the key`,
      );
    }
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** A file that anybody may read. Faults name it. */
export async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Fault {
  const { code } = error as NodeJS.ErrnoException;
  return new Fault(code === "ENOENT" ? "port-missing" : "port-denied", path, `cannot be read: ${code}`, error);
}

/** The first certificate of a file. A fault where there is none. */
export function certificateIn(pem: string, where: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new Fault("protocol", where, "holds no certificate in PEM", error);
  }
}

/** Whether this private key, in PEM, is that of the certificate. */
export function belongTogether(certificate: X509Certificate, key: string, where: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw new Fault("protocol", where, "holds no private key in PEM without a password", error);
  }
}

/**
 * Reads the files anew for each session: a technician may replace them. Faults name the file: missing, not readable, too
 * readable, not PEM, or not belonging together.
 */
export async function readCredentials({ ca, certificate, key, token }: TlsFiles): Promise<Credentials> {
  const base = { ca: await readPem(ca) };
  certificateIn(base.ca, ca);
  if (certificate === undefined) return base;
  const cert = await readPem(certificate);
  const own = certificateIn(cert, certificate);
  if (token) {
    const { name, folder } = await engineAt(token.engine);
    // By name, and not by its path: by its path OpenSSL loads an engine once, and the second session fails.
    process.env["OPENSSL_ENGINES"] ??= folder;
    return { ...base, cert, token: { ...token, engine: name } };
  }
  if (key === undefined) throw new TypeError("a certificate without a key or a token");
  const secret = await readKey(key);
  if (!belongTogether(own, secret, key)) throw new Fault("protocol", key, `is not the key of ${certificate}`);
  return { ...base, cert, key: secret };
}
