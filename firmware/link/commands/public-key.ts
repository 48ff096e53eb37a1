/** What commands a key may give where nothing names them: all but these, which change who may command at all. */
const ON_REQUEST = ["cabinet.keys", "cabinet.certificate"];

/** Whether `codes` (commands' codes or their beginnings; undefined: the usual ones) allow a command. */
export const mayDo = (codes: readonly string[] | undefined, code: string): boolean =>
  codes ? codes.some((one) => within(one, code)) : !ON_REQUEST.some((one) => within(one, code));

const within = (beginning: string, code: string): boolean => code === beginning || code.startsWith(`${beginning}.`);

/** Little-endian y of the points of Ed25519 whose order divides 8, without the sign bit, and their spellings past 2^255 - 19. */
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** The 32 bytes of an Ed25519 public key in base64url; null for another text, or another spelling of the same bytes. */
export function publicKeyBytes(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null;
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  return base64url(bytes) === text ? bytes : null;
}

/** Without padding, RFC 4648 5. */
export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/**
 * What is wrong with a public key, or null. A signature by a key of small order (such as the one that is all `A`) proves nothing: by the
 * equation of RFC 8032 5.1.7 anybody can make one, and it is for the platform whether it looks.
 */
export function publicKeyProblem(text: string): string | null {
  const bytes = publicKeyBytes(text);
  if (!bytes) return "is no Ed25519 public key in base64url: allowed 43 characters that `hulotte keys new` prints";
  const y = bytes.slice();
  y[31] = (y[31] as number) & 0x7f;
  const hex = Array.from(y, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return SMALL_ORDER.has(hex)
    ? "is a key of small order, for which anybody can sign: allowed is one that `hulotte keys new` prints"
    : null;
}
