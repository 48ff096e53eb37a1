/** What somebody at the page can do about a command that was refused. */
import type { CommandOutcome } from "../../../firmware/link/supervisor.ts";

type Refused = Extract<CommandOutcome<unknown>, { ok: false }>["error"];

/** What was not done, why, and what to do where that is known: one to three sentences. */
export function refusalInWords(error: Refused): string {
  if (error.kind === "not-connected" || error.kind === "no-answer") return `No answer: ${error.message}`;
  const told = ["Refused:", error.field, error.message].filter(Boolean).join(" ");
  const advice = adviceFor(error);
  return advice === null ? told : `${told}. ${advice}`;
}

function adviceFor({ kind, field }: Refused): string | null {
  if (field === "expires" || field === "issued")
    return "A signed command counts for about a minute: set the clocks of this machine and of the cabinet alike.";
  switch (kind) {
    case "unsigned":
      return "Load a key file that this cabinet knows, then try again.";
    case "signature":
      return "The cabinet does not know the loaded key, or no longer: load another, or have its public part added to the cabinet.";
    case "forbidden":
      return "The loaded key is not meant for this: load one that is.";
    default:
      return null;
  }
}
