import { X509Certificate } from "node:crypto";
import type { NotTaken } from "../hal/credentials.ts";

const LONGEST_CHAIN = 5;
const CLIENT = "1.3.6.1.5.5.7.3.2"; // RFC 5280, 4.2.1.12
/** Clocks differ: a certificate made this very minute may not count yet by ours. */
const CLOCK_SLACK = 5 * 60_000;

export interface Expected {
  /** Authorities that are believed, PEM. */
  readonly ca: string;
  readonly commonName: string;
  /** ms since 1970 UTC. */
  readonly now: number;
}

/** All certificates in a text. Throws where one of them is broken. */
export const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );

/** The one name of the holder; null where it has none, or several. */
export function commonNameOf(certificate: X509Certificate): string | null {
  const { CN } = certificate.toLegacyObject().subject as { CN?: unknown };
  return typeof CN === "string" ? CN : null;
}

/**
 * Whether a chain (PEM, ours first) is good for `expected`: our name, now, for a client, and signed step by step up to an
 * authority that is believed. RFC 5280, 6.
 */
export function checkChain(
  chain: string,
  { ca, commonName, now }: Expected,
): { readonly ok: true; readonly certificate: X509Certificate } | NotTaken {
  let certificates: X509Certificate[];
  try {
    certificates = certificatesIn(chain);
  } catch {
    return no("a certificate in it is broken");
  }
  const [own, ...between] = certificates;
  if (!own) return no("holds no certificate in PEM");
  if (between.length > LONGEST_CHAIN)
    return no(`holds ${certificates.length} certificates: allowed up to ${LONGEST_CHAIN + 1}`);
  const name = commonNameOf(own);
  if (name !== commonName) return no(`its common name is ${JSON.stringify(name)}: allowed is "${commonName}"`);
  if (own.ca) return no("is an authority's: allowed is a client's");
  if (own.keyUsage && !own.keyUsage.includes(CLIENT)) return no("is not for TLS clients (extended key usage)");

  const authorities = certificatesIn(ca);
  let one = own;
  for (let step = 0; step <= LONGEST_CHAIN; step++) {
    const dates = datesProblem(one, now);
    if (dates) return no(dates);
    const signs = (by: X509Certificate) => by.ca && one.checkIssued(by) && one.verify(by.publicKey);
    const authority = authorities.find(signs);
    if (authority) {
      const ended = datesProblem(authority, now);
      return ended ? no(`its authority ${ended}`) : { ok: true, certificate: own };
    }
    const next = between.find(signs);
    if (!next) break;
    one = next;
  }
  return no("is signed by no authority that is believed");
}

function datesProblem(certificate: X509Certificate, now: number): string | null {
  if (Date.parse(certificate.validTo) <= now) return `ended ${certificate.validTo}`;
  if (Date.parse(certificate.validFrom) > now + CLOCK_SLACK) return `begins ${certificate.validFrom} only`;
  return null;
}

const no = (message: string): NotTaken => ({ ok: false, message });
