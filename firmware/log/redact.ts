/**
 * Keeps secrets out of the log, whoever logs what: by the name of a field, by what it holds, and once more by pattern in the line that is
 * written. Code below never logs secrets on purpose; this is for the error text of a library, and for the mistake that comes one day.
 */

export const REDACTED = "[redacted]";

/** Fields that are secret whatever they hold, and wherever they are: part of their name, without case and separators. */
const SECRET =
  /^pass$|passw|passphrase|pwd|secret|credential|privatekey|sharedkey|apikey|authoriz|cookie|^token$|accesstoken|sessionid|^key$|^keys$|^pem$|^pfx$|^d$|^pin$/;

/** A field that only says where a secret is: what people look for when it is not found. */
const PLACE = /(file|path)$/;
/** Nor does it tell much how many there are, or whether. */
const isHarmless = (value: unknown): boolean =>
  value === null || value === undefined || typeof value === "boolean" || typeof value === "number";

const DEEPEST = 8;

/** A copy of what is to be logged, without its secrets. Bytes are told by their number only: a command, a key, nobody reads them. */
export function redacted(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth >= DEEPEST || above.has(value)) return "[...]";
  above.add(value);
  try {
    if (value instanceof Error) return ofError(value, depth, above);
    if (value instanceof Date) return value;
    if (value instanceof Map) return copy(Object.fromEntries(value), depth, above);
    if (value instanceof Set) return copy([...value], depth, above);
    if (isBufferJson(value)) return `[${value.data.length} bytes]`;
    if (Array.isArray(value)) return value.map((one) => copy(one, depth + 1, above));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name,
        isSecret(name) && !isHarmless(one) ? REDACTED : copy(one, depth + 1, above),
      ]),
    );
  } finally {
    above.delete(value);
  }
}

/** What JSON makes of Node's Buffer. */
const isBufferJson = (value: object): value is { readonly data: readonly number[] } =>
  "type" in value && value.type === "Buffer" && "data" in value && Array.isArray(value.data);

function isSecret(name: string): boolean {
  const word = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return SECRET.test(word) && !PLACE.test(word);
}

function ofError(error: Error, depth: number, above: Set<object>): unknown {
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: redactText(message),
    stack: redactText(stack ?? ""),
    ...(cause === undefined ? {} : { cause: copy(cause, depth + 1, above) }),
    ...(copy({ ...error, name: undefined }, depth + 1, above) as object),
  };
}

/** A text without the secrets that can be known by their looks. */
export function redactText(text: string): string {
  return text
    .replace(PRIVATE_KEY, REDACTED)
    .replace(IN_URL, `$1${REDACTED}@`)
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(NAMED, `$1${REDACTED}`)
    .replace(LONG_WORD, (word) => (looksRandom(word) ? REDACTED : word));
}

/** RFC 7468; in a JSON text its line breaks are escaped. Without its end, for what was cut. */
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;
/** RFC 3986, 3.2.1: what is before the @ of an authority. */
const IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"']*@/gi;
const BEARER = /\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/gi;
/** `password=...`, `"passphrase": "..."`, `token: ...` in a text. */
const NAMED =
  /((?:password|passphrase|passwd|pwd|secret|token|api[-_]?key|private[-_]?key)\\?["']?\s*[=:]\s*\\?["']?)[^\s"'\\,;&}]+/gi;
/** From the length of an Ed25519 key in base64url. */
const LONG_WORD = /[A-Za-z0-9+/_-]{43,}={0,2}/g;
/** Base64 of random bytes has a separator in 32 characters; the name of a device or a path has one in each few. */
const MOST_SEPARATORS = 1 / 7;

function looksRandom(word: string): boolean {
  if (/^[0-9a-f]+$/i.test(word)) return word.length >= 64;
  const separators = word.match(/[+/_-]/g)?.length ?? 0;
  return separators < word.length * MOST_SEPARATORS && /[A-Z]/.test(word) && /[a-z]/.test(word) && /\d/.test(word);
}
