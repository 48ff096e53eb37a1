/** RSMP messages in words that a person reads at a glance. */
import { INDIANA } from "../../../controllers/junction/model.ts";
import type { AlarmPayload, StatusPayload } from "../../../firmware/link/payload.ts";
import type { CommandOutcome, SupervisorMessage } from "../../../firmware/link/supervisor.ts";
import { aspectOf } from "../../../firmware/rsmp3/letters.ts";

const CODES = new Map<number, string>(
  Object.entries(INDIANA).map(([name, code]) => [code, name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)]),
);

type Values = Readonly<Record<string, unknown>>;

/** One line for a message that the link has decoded and checked. */
export function inWords(message: SupervisorMessage): string {
  switch (message.type) {
    case "presence":
      return message.payload;
    case "channel":
      return message.payload.state;
    case "status":
      return message.payload ? statusInWords(message.code, message.payload) : "cleared: the channel is stopped";
    case "alarm":
      return alarmInWords(message.payload);
  }
}

function statusInWords(code: string, { entries }: StatusPayload): string {
  const values: Values = Object.assign({}, ...entries.map((entry) => entry.values));
  const map = (name: string) => Object.entries((values[name] ?? {}) as Record<string, number | boolean>);
  if (Object.keys(values).some((name) => name.includes("."))) return windowInWords(values);
  switch (code) {
    case "lighting.lamps":
      return lampsInWords(
        map("actualLightState") as [string, number][],
        (values["reason"] ?? {}) as Record<string, string>,
      );
    case "footfall.counts": {
      const total = (values["accumulatedRoadUserNumber"] ?? {}) as Record<string, number>;
      const people = map("people").map(
        ([id, n]) => `${id} ${n}${total[id] === undefined ? "" : ` (${total[id]} in all)`}`,
      );
      return people.join(", ") || "windows closed";
    }
    case "energy.power": {
      const meters = map("activePower").map(([id, power]) => `${id} ${watts(Number(power))}`);
      const { lampPower, fullPower } = values;
      const lamps = typeof lampPower === "number" ? [`lamps ${watts(lampPower)}`] : [];
      const full = typeof fullPower === "number" ? [`all full ${watts(fullPower)}`] : [];
      return [...lamps, ...full, ...meters].join(", ");
    }
    case "access.contacts":
      return map("open")
        .map(([id, isOpen]) => `${id} ${isOpen ? "open" : "closed"}`)
        .join(", ");
    case "cabinet.inventory": {
      const streets = (values["streets"] ?? []) as readonly { name: string }[];
      return `${map("lamps").length} lamps, ${map("counters").length} counters; ${streets.map(({ name }) => name).join(", ")}`;
    }
    case "cabinet.health": {
      const { version, uptime, rss } = values;
      const told = [
        version === undefined ? [] : [`version ${String(version)}`],
        typeof uptime === "number" ? [`up ${Math.round(uptime)} s`] : [],
        typeof rss === "number" ? [`${Math.round(rss)} MB`] : [],
      ];
      return told.flat().join(", ");
    }
    case "tlc.groups": {
      const groups = Object.entries((values["signalgroupstatus"] ?? {}) as Record<string, string>).map(
        ([id, letter]) => `${id} ${aspectOf(letter)?.replace("-", " ") ?? letter}`,
      );
      const stages = Object.entries((values["stages"] ?? {}) as Record<string, string>);
      return [...groups, ...stages.map(([id, stage]) => `${id} in stage ${stage}`)].join(", ") || "cycle";
    }
    case "tlc.priority.events": {
      const events = (values["events"] ?? []) as readonly { c: number; p: number }[];
      return events.map(({ c, p }) => `${CODES.get(c) ?? c} ${p}`).join(", ");
    }
    case "tlc.priority.requests": {
      const requests = (values["status"] ?? []) as readonly { s: string; g?: string; l?: string }[];
      const told = requests.map(({ s, g, l }) => [l && `line ${l}`, g && `at ${g}`, s].filter(Boolean).join(" "));
      return told.join(", ") || "nobody asks";
    }
    default:
      return JSON.stringify(values);
  }
}

/** What a window came to: of many components the least and the most. */
function windowInWords(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const all = typeof value === "object" ? Object.values(value as Record<string, number>) : [Number(value)];
      const [low, high] = [Math.min(...all), Math.max(...all)];
      return `${name} ${low === high ? low : `${low} to ${high}`}`;
    })
    .join(", ");
}

function lampsInWords(levels: readonly [string, number][], reason: Record<string, string>): string {
  if (levels.length === 0) return "state of lamps";
  const values = levels.map(([, level]) => Math.round(level));
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (levels.length > 3) return `${levels.length} lamps at ${low === high ? low : `${low} to ${high}`} %`;
  return levels.map(([id, level]) => `${id} ${Math.round(level)} %${reason[id] ? ` (${reason[id]})` : ""}`).join(", ");
}

function alarmInWords({ entries, full }: AlarmPayload): string {
  if (entries.length === 0) return full ? "none active" : "";
  return entries
    .map(({ component, active, values }) => {
      const where = component === undefined ? "" : ` at ${component}`;
      return active ? `raised${where}: ${values.message}` : `over${where}`;
    })
    .join("; ");
}

export const commandInWords = (component: string, values: { readonly level: number; readonly until: string }): string =>
  `${component} to ${values.level} % until ${values.until.slice(11, 16)} UTC`;

export const outcomeInWords = (outcome: CommandOutcome<unknown>): string =>
  outcome.ok
    ? "done"
    : [`refused (${outcome.error.kind}):`, outcome.error.field, outcome.error.message].filter(Boolean).join(" ");

export const watts = (w: number): string => `${Math.round(w).toLocaleString("en").replaceAll(",", "\u202f")} W`;
