import type { Clock } from "../../hal/clock.ts";
import type { CommandHandler } from "../link.ts";
import type { CommandResult } from "../payload.ts";
import type { KeyRing } from "./key-ring.ts";
import { refuse } from "./refuse.ts";

type Kept = CommandResult<{ keys: string[] }>;

/** Most ids that a result names. */
const MOST_NAMED = 64;

/** Does the commands that change who may command: `cabinet.keys.add` and `cabinet.keys.revoke`. */
export function keyCommands(ring: KeyRing, clock: Clock) {
  const kept = (): Kept => ({ ok: true, values: { keys: ring.ids().slice(0, MOST_NAMED) } });
  const add: CommandHandler<"cabinet.keys.add"> = async ({ values }) => {
    const wrong = await ring.add(values);
    return wrong ? refuse("invalid", `values.${wrong.field}`, wrong.message) : kept();
  };
  const revoke: CommandHandler<"cabinet.keys.revoke"> = async ({ values }) => {
    const wrong = await ring.revoke(values.id, clock.now());
    return wrong ? refuse("invalid", `values.${wrong.field}`, wrong.message) : kept();
  };
  return { add, revoke };
}
