import type { Instant } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { CommandPayload, Refused } from "../payload.ts";
import type { Command } from "../table.ts";
import { isSign1, parseSign1, toBeSigned } from "./cose.ts";
import { type CommandKey, countsAt, type KeyRing } from "./key-ring.ts";
import { mayDo } from "./public-key.ts";
import { refuse } from "./refuse.ts";
import { LONGEST_VALID, placeOf } from "./signer.ts";

/** How far the cockpit's clock may be ahead of ours, ms. */
export const MOST_AHEAD = 60_000;

export interface AuthorityOptions {
  readonly clock: Clock;
  /** Keys whose signatures are believed; none where left out. */
  readonly ring?: KeyRing;
  /** RSMP id of the one supervisor that need not sign, with those whose ids begin with its and a `/`; every other must. */
  readonly unsigned?: string;
}

/** A command's payload, and the key whose signature of it was found good; null where there was no signature. */
export type Opened = { readonly ok: true; readonly payload: Uint8Array; readonly key: CommandKey | null } | Refused;

/** Who asks for what, as far as it is known. */
export interface Petition {
  readonly code: string;
  readonly table: Pick<Command, "signed">;
  readonly command: Omit<CommandPayload, "values">;
  readonly key: CommandKey | null;
  /** RSMP id in the response topic: without a signature all there is. */
  readonly responder: string;
}

/** Who sent a command, or why it is refused. */
export type Admitted = { readonly ok: true; readonly issuer: string } | Refused;

/** Who may command what: the signature first, then the rights of its key and the times that were signed. */
export class Authority {
  readonly #options: AuthorityOptions;

  constructor(options: AuthorityOptions) {
    this.#options = options;
  }

  get ring(): KeyRing | undefined {
    return this.#options.ring;
  }

  /** Checks the signature of what came on a topic, where it has one. Whatever came, nothing throws or rejects. */
  async open(topic: string, bytes: Uint8Array): Promise<Opened> {
    if (!isSign1(bytes)) return { ok: true, payload: bytes, key: null };
    const { clock, ring } = this.#options;
    const message = parseSign1(bytes);
    if (!message) return refuse("signature", "payload", "is no COSE_Sign1 of the shape that commands have");
    if (!clock.isSet()) return clockUnset("payload");
    const kid = Array.from(message.kid, (byte) => String.fromCharCode(byte)).join("");
    const key = ring?.find(kid);
    if (!ring || !key || !countsAt(key, clock.now()))
      return refuse("signature", "kid", "names no key that counts here and now");
    const signed = toBeSigned(message.protectedHeader, placeOf(topic), message.payload);
    const good = await ring.verify(key, signed, message.signature).catch(() => false);
    // Judged again: it may have been revoked while the signature was checked.
    if (!good || ring.find(kid) !== key)
      return refuse("signature", "payload", "is not what the key signed for this node and code");
    return { ok: true, payload: message.payload, key };
  }

  /** Judges rights, and the times as far as they do not pass: a command's expiry is `late`'s. */
  admit({ code, table, command, key, responder }: Petition): Admitted {
    if (key) {
      if (command.issuer !== undefined && command.issuer !== key.issuer)
        return refuse("forbidden", "issuer", "is not whom the key belongs to");
      if (!mayDo(key.codes, code)) return refuse("forbidden", "code", `is ${code}: the key may not`);
      for (const field of ["id", "issuer", "issued", "expires"] as const)
        if (command[field] === undefined) return refuse("invalid", field, "is missing: a signed command has one");
    } else {
      if (table.signed && !this.#needNotSign(code, responder))
        return refuse("unsigned", "payload", `has no signature: ${code} needs one`);
      if (command.issuer !== undefined && command.issuer !== responder)
        return refuse("forbidden", "issuer", "is not whom the response topic belongs to");
    }
    return this.#timesProblem(command) ?? { ok: true, issuer: key?.issuer ?? responder };
  }

  /** Whether it is too late, or too early, to begin a command at `now`. */
  late({ issued, expires }: Pick<CommandPayload, "issued" | "expires">, now: Instant): Refused | null {
    if (expires !== undefined && Date.parse(expires) <= now)
      return refuse("expired", "expires", `is ${expires}: allowed is after ${new Date(now).toISOString()}`);
    if (expires !== undefined && Date.parse(expires) > now + MOST_AHEAD + LONGEST_VALID)
      return refuse("too-far", "expires", `is ${expires}: allowed is up to ${LONGEST_VALID} ms ahead`);
    if (issued !== undefined && Date.parse(issued) > now + MOST_AHEAD)
      return refuse("too-far", "issued", `is ${issued}: allowed is up to ${new Date(now + MOST_AHEAD).toISOString()}`);
    return null;
  }

  #needNotSign(code: string, responder: string): boolean {
    const { unsigned } = this.#options;
    if (unsigned === undefined || !mayDo(undefined, code)) return false;
    return responder === unsigned || responder.startsWith(`${unsigned}/`);
  }

  #timesProblem({ issued, expires }: Pick<CommandPayload, "issued" | "expires">): Refused | null {
    if (issued === undefined && expires === undefined) return null;
    if (!this.#options.clock.isSet()) return clockUnset("expires");
    for (const [field, at] of Object.entries({ issued, expires }))
      if (at !== undefined && Number.isNaN(Date.parse(at))) return refuse("invalid", field, `is ${at}: no such day`);
    if (issued === undefined || expires === undefined) return null;
    const valid = Date.parse(expires) - Date.parse(issued);
    if (valid > 0 && valid <= LONGEST_VALID) return null;
    return refuse("invalid", "expires", `is ${valid} ms after issued: allowed is more than 0, up to ${LONGEST_VALID}`);
  }
}

const clockUnset = (field: string): Refused =>
  refuse("clock-unset", field, "cannot be judged: the cabinet's clock is not set");
