/** Requests for priority and the figures of an hour, in words. */
import { html, say } from "./dom.ts";
import type { Hour, JunctionNow, Request } from "./junction-model.ts";

/** Those that ended stay to be read for so long, ms. */
const READ = 60_000;
const MOST = 8;
const LIVES: ReadonlySet<string> = new Set(["received", "queued", "activated"]);

const STATES: Partial<Record<Request["s"], string>> = {
  received: "heard",
  queued: "waits for another",
  activated: "served",
  completed: "passed",
  timeout: "never came",
  rejected: "refused",
  cooldown: "too soon after another",
  stale: "heard no more",
};

/** Requests that live, and for a while those that ended. */
export class RequestBook {
  readonly #known = new Map<string, Request>();

  take(requests: readonly Request[], now: number): readonly Request[] {
    const told = new Set(requests.map(({ r }) => r));
    for (const request of requests) this.#known.set(request.r, request);
    for (const [id, { s, t }] of this.#known)
      if (!told.has(id) && (LIVES.has(s) || now - Date.parse(t) > READ)) this.#known.delete(id);
    return [...this.#known.values()].sort((a, b) => (a.t < b.t ? 1 : -1)).slice(0, MOST);
  }
}

export function listRequests(list: HTMLElement, requests: readonly Request[], clockTime: (at: number) => string): void {
  const items = requests.map(({ r, t, s, e, d, g, l }) => {
    const given = [e ? `+${e} s green` : "", d ? `−${d} s red` : ""].filter(Boolean).join(", ");
    const about = [g === undefined ? "" : `signal ${g}`, given].filter(Boolean).join(", ");
    return html(
      "li",
      { "data-request": r, "data-state": s },
      html("b", {}, l === undefined || l === "" ? "Bus" : `Line ${l}`),
      html("span", { class: "state" }, STATES[s] ?? s),
      html("small", {}, about),
      html("time", {}, clockTime(Date.parse(t))),
    );
  });
  list.replaceChildren(...(items.length > 0 ? items : [html("li", { class: "calm" }, "Nobody asks for priority.")]));
}

/** What the newest hour that is over came to. */
export function sayHour(line: HTMLElement, hour: Hour | null, clockTime: (at: number) => string): void {
  if (!hour) return say(line, "Delay saved, unused green and waits are told when an hour is over.");
  const of = (name: keyof Hour) => Number(hour[name] ?? 0);
  const saved = of("wouldHaveWaited") - of("waited");
  const waits = (hour.waits ?? []) as readonly { readonly group: string; readonly longest: number }[];
  const worst = waits.toSorted((a, b) => b.longest - a.longest)[0];
  const to = clockTime(Date.parse(String(hour.to))).slice(0, 5);
  const parts = [
    `In the hour to ${to}: ${of("vehicles")} ${of("vehicles") === 1 ? "vehicle" : "vehicles"}`,
    `${saved < 0 ? `${span(-saved)} of delay more than without priority` : `${span(saved)} of delay saved`}`,
    `${span(of("unusedGreen"))} of unused green`,
    ...(worst ? [`longest wait ${span(worst.longest)} (${worst.group})`] : []),
  ];
  say(line, `${parts.join(" · ")}.`);
}

const span = (seconds: number): string =>
  seconds < 180 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(seconds < 600 ? 1 : 0)} min`;

/** How the junction is worked, where it does not simply run. */
export function modeInWords({ mode, why }: JunctionNow): string {
  switch (mode) {
    case "running":
      return "running";
    case "start-up":
      return "starting";
    case "flashing":
      return `flashes amber until somebody has looked${why === "" ? "" : `: ${why}`}`;
    case "lost":
      return `cannot be asked${why === "" ? "" : `: ${why}`}`;
    default:
      return "not heard yet";
  }
}
