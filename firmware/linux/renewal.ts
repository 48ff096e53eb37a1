import { generateKeyPair, type X509Certificate } from "node:crypto";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { Certificates, Credentials } from "../hal/credentials.ts";
import { Fault } from "../hal/fault.ts";
import { checkChain } from "./chain.ts";
import {
  belongTogether,
  certificateIn,
  engineAt,
  readCredentials,
  readKey,
  readPem,
  type TlsFiles,
} from "./credentials.ts";
import { openssl, subjectOf } from "./openssl.ts";
import { moveFile, replaceFile, syncFolder } from "./replace-file.ts";

export interface RenewalFiles extends TlsFiles {
  readonly certificate: string;
  /** Our RSMP id: the common name. */
  readonly node: string;
}

/**
 * A certificate in a file and its key in a file or a token, renewed in place. What is new lies beside the old as `*.next`
 * until a session has begun with it: first its key and the request, then its certificate, then both take the old ones' names,
 * the key first. A power cut between any two of these steps is made good at the next look.
 */
export function fileCertificates(files: RenewalFiles): Certificates {
  const { certificate, key, token, ca, node } = files;
  const nextCertificate = `${certificate}.next`;
  const nextKey = key === undefined ? undefined : `${key}.next`;
  const requestFile = `${certificate}.request`;
  /** Brokers where the new one failed and the old one has its turn. */
  const failedAt = new Set<string>();
  const listeners: ((kept: boolean) => void)[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  /** One after another: files that belong together are not read while they change. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  const remove = async (path: string) => {
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  };

  /** Ends what a power cut interrupted. Resolves with whether a new certificate waits for its first session. */
  const settle = async (): Promise<boolean> => {
    const waiting = await maybe(readPem(nextCertificate));
    if (waiting === null) return false;
    if (key === undefined || nextKey === undefined) return true;
    const own = certificateIn(waiting, nextCertificate);
    const secret = await maybe(readKey(nextKey));
    if (secret !== null && belongTogether(own, secret, nextKey)) return true;
    // The key has its new name already.
    if (belongTogether(own, await readKey(key), key)) await moveFile(nextCertificate, certificate);
    else await remove(nextCertificate);
    return false;
  };

  const keep = async () => {
    if (!(await settle())) return;
    await rm(requestFile, { force: true });
    if (key !== undefined && nextKey !== undefined) await moveFile(nextKey, key);
    await moveFile(nextCertificate, certificate);
  };

  const told = (isNext: boolean, url: string) => (began: boolean) => {
    if (!began) {
      if (isNext) failedAt.add(url);
      else failedAt.delete(url);
      return;
    }
    failedAt.clear();
    inTurn(isNext ? keep : () => remove(nextCertificate)).then(
      () => {
        for (const listener of listeners) listener(isNext);
      },
      () => {}, // a disk that cannot be written: the files are as they were, and are looked at again
    );
  };

  const requestOf = async (): Promise<string> =>
    (await maybe(readPem(nextCertificate))) === null ? ((await maybe(readPem(requestFile))) ?? "") : "";

  /** Whether it is the certificate of the key that made the request. */
  const answers = async (own: X509Certificate): Promise<boolean> => {
    if (nextKey !== undefined) {
      const secret = await maybe(readKey(nextKey));
      return secret !== null && belongTogether(own, secret, nextKey);
    }
    // A token's key stays: so does its public half.
    const now = certificateIn(await readPem(certificate), certificate);
    return now.publicKey.equals(own.publicKey);
  };

  return {
    credentials: (url) =>
      inTurn(async (): Promise<Credentials> => {
        const waits = await settle();
        if (!waits) return readCredentials(files);
        const next = !failedAt.has(url);
        const read = next
          ? { ...files, certificate: nextCertificate, ...(nextKey === undefined ? {} : { key: nextKey }) }
          : files;
        return { ...(await readCredentials(read)), outcome: told(next, url) };
      }),

    state: () =>
      inTurn(async () => {
        await settle();
        const own = certificateIn(await readPem(certificate), certificate);
        return {
          notBefore: Date.parse(own.validFrom),
          notAfter: Date.parse(own.validTo),
          request: await requestOf(),
        };
      }),

    prepare: () =>
      inTurn(async () => {
        if ((await settle()) || (await requestOf())) return;
        const from = nextKey ?? token?.id;
        if (from === undefined) throw new TypeError("a certificate without a key or a token");
        if (nextKey !== undefined) await replaceFile(nextKey, await newKey());
        const engine = token && (await engineAt(token.engine));
        const form = engine ? ["-engine", engine.name, "-keyform", "engine"] : [];
        const subject = ["-utf8", "-subj", subjectOf(node)];
        const env = engine ? { OPENSSL_ENGINES: engine.folder } : {};
        const request = await openssl(["req", "-new", "-batch", ...form, "-key", from, ...subject], "", env);
        await replaceFile(requestFile, request);
      }),

    take: (chain, now) =>
      inTurn(async () => {
        await settle();
        const checked = checkChain(chain, { ca: await readPem(ca), commonName: node, now });
        if (!checked.ok) return checked;
        if (!(await answers(checked.certificate)))
          return { ok: false, message: "does not answer the signing request: its public key is another" };
        failedAt.clear();
        await replaceFile(nextCertificate, chain);
        return { ok: true, notAfter: Date.parse(checked.certificate.validTo) };
      }),

    onOutcome: (listener) => void listeners.push(listener),
  };
}

/** null where there is no such file. */
const maybe = (reading: Promise<string>): Promise<string | null> =>
  reading.catch((error: unknown) => {
    if (error instanceof Fault && error.kind === "port-missing") return null;
    throw error;
  });

const generate = promisify(generateKeyPair);

/** EC P-256, which TPMs and TLS 1.3 have in common. PKCS#8, PEM. */
export async function newKey(): Promise<string> {
  const { privateKey } = await generate("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}
