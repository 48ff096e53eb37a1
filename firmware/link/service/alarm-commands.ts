/** What the cockpit does with alarms: hulotte's own commands, since the draft names acknowledging and suspending but no messages. */
import type { ComponentId } from "../../../controllers/model.ts";
import { type Instant, instant } from "../../../controllers/units.ts";
import { refuse } from "../commands/refuse.ts";
import type { CommandHandler } from "../link.ts";
import type { CommandCode } from "../modules.ts";
import type { AlarmBook } from "./alarm-book.ts";

export interface AlarmCommandsOptions {
  readonly handle: <C extends CommandCode>(code: C, handler: CommandHandler<C>) => void;
  /** The book of a code; undefined for a code that there is not. */
  readonly book: (code: string) => AlarmBook | undefined;
  readonly now: () => Instant;
}

/** Does `cabinet.alarm.acknowledge`, `.suspend` and `.resume`: for one component's alarm, or without one for the whole code. */
export function obeyAlarmCommands({ handle, book, now }: AlarmCommandsOptions): void {
  handle("cabinet.alarm.acknowledge", async ({ values }) => {
    const of = book(values.code);
    if (!of) return unknown(values.code);
    return { ok: true, values: { component: [...of.acknowledge(component(values), now())] } };
  });
  handle("cabinet.alarm.suspend", async ({ values }) => {
    const of = book(values.code);
    if (!of) return unknown(values.code);
    const until = instant(Date.parse(values.until));
    if (of.suspend(component(values), until, now())) return { ok: true, values: { until: values.until } };
    return refuse("busy", "values.component", "is one too many: suspend the whole code, or resume others");
  });
  handle("cabinet.alarm.resume", async ({ values }) => {
    const of = book(values.code);
    if (!of) return unknown(values.code);
    of.resume(component(values), now());
    return { ok: true, values: {} };
  });
}

const component = (values: { readonly component?: string }): ComponentId | null => values.component ?? null;

const unknown = (code: string) => refuse("invalid", "values.code", `is "${code}": allowed are codes of alarms`);
