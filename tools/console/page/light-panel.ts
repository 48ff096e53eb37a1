/** The operator's hand: a level for a lamp or for all, for a while; and what the cabinet answered. */
import type { CommandOutcome } from "../../../firmware/link/supervisor.ts";
import { byId, html, say } from "./dom.ts";
import { refusalInWords } from "./refusal.ts";

/** Every lamp: the group that all lamps' ids begin with. */
export const ALL = "lamp";

type Outcome = CommandOutcome<{ readonly component: readonly string[]; readonly until?: string }>;

export interface LightActions {
  set(component: string, level: number, minutes: number): Promise<Outcome>;
  release(component: string): Promise<Outcome>;
  chosen(lamp: string | null): void;
}

export interface LightPanel {
  /** Lamps to choose from, and the zone that the site tells time in. */
  list(lamps: readonly string[], timeZone: string): void;
  choose(lamp: string): void;
}

export function lightPanel(actions: LightActions): LightPanel {
  const target = byId("target", HTMLSelectElement);
  const level = byId("level", HTMLInputElement);
  const levelIs = byId("level-is", HTMLOutputElement);
  const span = byId("span", HTMLSelectElement);
  const release = byId("release", HTMLButtonElement);
  const result = byId("result", HTMLParagraphElement);
  let zone = "UTC";
  let latest = 0;

  const tell = (text: string, outcome: "" | "done" | "refused") => {
    result.dataset["outcome"] = outcome;
    say(result, text);
  };
  const whom = () => (target.value === ALL ? "All lamps" : target.value);

  const send = async (asked: Promise<Outcome>, done: (lamps: number, until: string | undefined) => string) => {
    const mine = ++latest;
    tell(`${whom()}: sent, waiting for the cabinet`, "");
    const outcome = await asked;
    if (mine !== latest) return;
    if (outcome.ok) return tell(done(outcome.values.component.length, outcome.values.until), "done");
    tell(refusalInWords(outcome.error), "refused");
  };

  const set = () => {
    const percent = Number(level.value);
    const name = whom();
    return send(actions.set(target.value, percent, Number(span.value)), (lamps, until) => {
      const many = lamps > 1 ? ` (${lamps})` : "";
      return `Done: ${name}${many} at ${percent} %${until ? ` until ${timeIn(zone, until)}` : ""}`;
    });
  };

  level.addEventListener("input", () => say(levelIs, `${level.value} %`));
  let pause: ReturnType<typeof setTimeout> | undefined;
  // Arrow keys say "change" at each step: wait until the hand rests.
  level.addEventListener("change", () => {
    clearTimeout(pause);
    pause = setTimeout(() => void set(), 300);
  });
  release.addEventListener("click", () => {
    void send(actions.release(target.value), () => `Done: ${whom()} back to the cabinet's own decision`);
  });
  target.addEventListener("change", () => actions.chosen(target.value === ALL ? null : target.value));

  return {
    list(lamps, timeZone) {
      zone = timeZone;
      const was = target.value;
      target.replaceChildren(
        html("option", { value: ALL }, "All lamps"),
        ...lamps.map((id) => html("option", { value: id }, id)),
      );
      target.value = lamps.includes(was) ? was : ALL;
    },
    choose(lamp) {
      target.value = target.value === lamp ? ALL : lamp;
      actions.chosen(target.value === ALL ? null : target.value);
    },
  };
}

function timeIn(timeZone: string, utc: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(utc));
}
