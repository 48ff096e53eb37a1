/** Why something was not done, in words for who builds flows. */
import type { CommandOutcome } from "../firmware/link/supervisor.ts";

type Kind =
  | Extract<CommandOutcome<unknown>, { ok: false }>["error"]["kind"]
  /** The broker node is missing, or its settings were refused. */
  | "no-broker"
  /** The broker node's signing key is none. */
  | "signing-key";

/** An error that a catch node sees, with `code` as `msg.error.code`. */
export type Failure = Error & { readonly code: Kind };

export const failure = (code: Kind, message: string): Failure => Object.assign(new Error(message), { code });

/** What a cabinet answered, or what came between, as an error: its kind, its words, and what to do where that is known. */
export function refusalOf({ kind, field, message }: Extract<CommandOutcome<unknown>, { ok: false }>["error"]): Failure {
  const told = [`${kind}:`, field, message].filter(Boolean).join(" ");
  const advice = field === "expires" || field === "issued" ? CLOCKS : ADVICE[kind];
  return failure(kind, advice === undefined ? told : `${told}. ${advice}`);
}

/** A few words for a node's badge; an error without a code is the flow's own message that cannot be done. */
export const badgeText = ({ code }: Partial<Failure>): string =>
  code === undefined ? "message not understood" : BADGES[code];

const BADGES: Readonly<Record<Kind, string>> = {
  malformed: "cabinet did not understand",
  invalid: "cabinet: a value is not allowed",
  "unknown-code": "cabinet knows no such command",
  "unknown-component": "cabinet has no such part",
  expired: "too late",
  "too-far": "too far ahead",
  "clock-unset": "cabinet does not know the time",
  unsigned: "refused: no signing key is set",
  signature: "refused: cabinet does not accept the key",
  forbidden: "refused: the key may not do this",
  busy: "cabinet is busy",
  failed: "cabinet could not do it",
  "not-connected": "no connection",
  "no-answer": "no answer",
  "no-broker": "no broker set",
  "signing-key": "the signing key is none",
};

const CLOCKS = "A signed command counts for about a minute: set the clocks of this machine and of the cabinet alike";
const ADVICE: Partial<Readonly<Record<Kind, string>>> = {
  unsigned:
    "Set a signing key in the broker node: `hulotte keys new` makes one and prints what goes into the cabinet's cabinet.yaml",
  signature:
    "The cabinet does not list the broker node's signing key under commands.keys, or it is revoked or out of its time, or somebody altered the command on its way",
  forbidden: "The codes that the cabinet lists with the broker node's signing key do not name this command",
};
