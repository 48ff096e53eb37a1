import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** scrypt, RFC 7914: N = 2^ln and p; r is 8. */
export interface Cost {
  readonly ln: number;
  readonly p: number;
}
/** 32 MiB and some tenths of a second: guessing is dear, a login is not. */
const COST: Cost = { ln: 15, p: 3 };
const R = 8;
const SALT = 16;
const LENGTH = 32;

export const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 1024;

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);
const options = ({ ln, p }: Cost): ScryptOptions => ({ N: 2 ** ln, r: R, p, maxmem: 2 * 128 * 2 ** ln * R });

/** The same word in the same bytes, whatever keyboard wrote it. NIST SP 800-63B, 3.1.1.2. */
const normal = (password: string): string => password.normalize("NFKC");

/** What is wrong with a new password, or null. */
export function passwordProblem(password: string): string | null {
  const length = [...password].length;
  if (length >= SHORTEST_PASSWORD && length <= LONGEST_PASSWORD) return null;
  return `the password has ${length} characters: allowed ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD}`;
}

/** `$scrypt$ln=15,r=8,p=3$salt$hash`, base64 without padding. A password that may not be is a TypeError. */
export async function hashPassword(password: string, cost: Cost = COST): Promise<string> {
  const problem = passwordProblem(password);
  if (problem) throw new TypeError(problem);
  const salt = randomBytes(SALT);
  const hash = await derive(normal(password), salt, LENGTH, options(cost));
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
  return `$scrypt$ln=${cost.ln},r=${R},p=${cost.p}$${text(salt)}$${text(hash)}`;
}

const FORM = /^\$scrypt\$ln=(1[4-7]),r=8,p=([1-4])\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43})$/;
/** For a name that nobody has: it takes as long to say no. */
const NOBODY = `$scrypt$ln=${COST.ln},r=${R},p=${COST.p}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** Whether the password is that of the hash; never of `undefined`, and no sooner. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const found = FORM.exec(hash ?? NOBODY);
  if (!found || password.length > 2 * LONGEST_PASSWORD) return false;
  const [, ln, p, salt = "", expected = ""] = found;
  const wanted = Buffer.from(expected, "base64");
  const got = await derive(
    normal(password),
    Buffer.from(salt, "base64"),
    LENGTH,
    options({ ln: Number(ln), p: Number(p) }),
  );
  return timingSafeEqual(got, wanted) && hash !== undefined;
}

export const USER = /^[A-Za-z0-9._-]{1,32}$/;

/**
 * Users of the console by name, with the hash of each one's password: a line `name:hash` each, as `hulotte console password` prints it.
 * Empty lines and those that begin with # are let pass. Throws a TypeError that names the line.
 */
export function readUsers(text: string): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const colon = line.indexOf(":");
    const [name, hash] = [line.slice(0, Math.max(0, colon)), line.slice(colon + 1).trim()];
    const problem = !USER.test(name)
      ? "allowed is name:hash, the name of 1 to 32 letters, digits, . _ -"
      : !FORM.test(hash)
        ? "the hash is none that `hulotte console password` prints"
        : users.has(name)
          ? `${name} has a line already`
          : null;
    if (problem) throw new TypeError(`line ${i + 1}: ${problem}`);
    users.set(name, hash);
  }
  if (users.size === 0) throw new TypeError("no user: allowed is at least one line name:hash");
  return users;
}
