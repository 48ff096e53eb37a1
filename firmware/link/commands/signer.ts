import type { Instant } from "../../../controllers/units.ts";
import { type CommandPayload, iso } from "../payload.ts";
import { encode } from "../wire/cbor.ts";
import { type SignBytes, sign1 } from "./cose.ts";

/** Longest that a command may be valid for, ms: so long a cabinet must remember it. */
export const LONGEST_VALID = 24 * 3_600_000;

/** A private key of a cockpit, ready to sign. */
export interface Signer {
  /** Key id, as the cabinet's configuration names it. */
  readonly kid: string;
  /** RSMP id of the supervisor that signs with it. */
  readonly issuer: string;
  readonly sign: SignBytes;
}

/** A private key as `hulotte keys new` writes it: a JSON Web Key of an Ed25519 pair (RFC 8037) with its issuer. */
export interface SigningKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly kid: string;
  readonly issuer: string;
  /** Private and public part, base64url. */
  readonly d: string;
  readonly x: string;
}

/** Prepares a private key. Rejects with TypeError for what is no such key. */
export async function signerOf(jwk: SigningKey): Promise<Signer> {
  const { kty, crv, kid, issuer, d, x } = jwk;
  if (kty !== "OKP" || crv !== "Ed25519" || typeof d !== "string" || typeof x !== "string")
    throw new TypeError(`signing key is ${kty} ${crv}: allowed is OKP Ed25519 with d and x`);
  if (typeof kid !== "string" || !/^[A-Za-z0-9._-]{1,32}$/.test(kid))
    throw new TypeError("signing key's kid: allowed 1 to 32 letters, digits, . _ -");
  if (typeof issuer !== "string" || issuer.length === 0)
    throw new TypeError("signing key's issuer: allowed is the RSMP id of a supervisor");
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("jwk", { kty, crv, d, x }, "Ed25519", false, ["sign"]).catch(() => {
    // Whatever the platform says of it may quote the key.
    throw new TypeError(`signing key ${kid} is no Ed25519 private key`);
  });
  return {
    kid,
    issuer,
    sign: async (bytes) => new Uint8Array(await subtle.sign("Ed25519", key, new Uint8Array(bytes))),
  };
}

/** Longest text that is looked at for a key. */
const MOST_TEXT = 4096;

/**
 * Prepares the private key of a key file, from its text. Rejects with a TypeError for what is none; it quotes nothing of the
 * text, which may be a secret even so.
 */
export async function readSigner(text: string): Promise<Signer> {
  try {
    if (text.length > MOST_TEXT) throw new TypeError("too long");
    return await signerOf(JSON.parse(text));
  } catch {
    throw new TypeError("signing key: allowed is the text of a private key's file, as `hulotte keys new` writes it");
  }
}

/** What a signature is bound to besides the command: its topic, so that it counts for no other node and no other code. */
export const placeOf = (topic: string): Uint8Array => new TextEncoder().encode(topic);

/** When a command was made and until when it may begin, by the cockpit's clock; and its id, 8 to 64 printable characters. */
export interface Sealing {
  readonly id: string;
  readonly issued: Instant;
  readonly expires: Instant;
}

/** The MQTT payload of a signed command for its topic, `<node>/command/<code>`. A validity of over 24 h is a TypeError. */
export async function seal(
  topic: string,
  command: Pick<CommandPayload, "component" | "values">,
  { id, issued, expires }: Sealing,
  signer: Signer,
): Promise<Uint8Array> {
  if (!(expires > issued && expires - issued <= LONGEST_VALID))
    throw new TypeError(`expires is ${expires - issued} ms after issued: allowed up to ${LONGEST_VALID}`);
  const whole: CommandPayload = {
    id,
    issuer: signer.issuer,
    issued: iso(issued),
    expires: iso(expires),
    ...command,
  };
  return sign1(new TextEncoder().encode(signer.kid), encode(whole), placeOf(topic), signer.sign);
}
