/** The page put together: what the cabinet and the simulator say comes in here and is shown; what people do goes out. */

import { instant } from "../../../controllers/units.ts";
import type { Remote } from "../../../firmware/link/manager/remote.ts";
import { iso } from "../../../firmware/link/payload.ts";
import type { CommandOutcome, Supervisor, SupervisorMessage } from "../../../firmware/link/supervisor.ts";
import type { SimulatorRequest, SimulatorState } from "../../../sim/control.ts";
import { byId, html, say } from "./dom.ts";
import { junctionCard } from "./junction-card.ts";
import { listLamps } from "./lamps.ts";
import { type Ask, showLastNight } from "./last-night.ts";
import { lightPanel } from "./light-panel.ts";
import { addMessage, showAlarms, showFootfall } from "./lists.ts";
import { alarmsOf, countersOf, isDoorOpen, lampsOf, powerOf, siteOf, zonesOf } from "./model.ts";
import { powerPanel } from "./power-panel.ts";
import { commandInWords, inWords, outcomeInWords } from "./readable.ts";
import { simulationPanel } from "./simulation-panel.ts";
import { drawStreet, type StreetView } from "./street-view.ts";

export interface Config {
  readonly broker: string;
  readonly simulator: string | null;
  /** The RSMP node shown. */
  readonly node: string;
  /** The RSMP id that the broker lets the page have; null where it may take any. */
  readonly id: string | null;
  /** Who is logged in; null where nobody has to. */
  readonly user: string | null;
}

export interface Outward {
  readonly command: Supervisor["command"];
  /** What the cabinet has kept. */
  readonly past: Ask;
  /** False where no simulator hears it. */
  ask(request: SimulatorRequest): boolean;
}

export interface Desk {
  /** A message that the link has taken into its cache of the node. */
  receive(message: SupervisorMessage, remote: Remote): void;
  broker(isReachable: boolean): void;
  simulator(isReachable: boolean): void;
  simulated(state: SimulatorState): void;
  /** Shows what was not done, and why, until the next request. */
  refused(why: string): void;
}

const PRESENCE = { online: "Cabinet online", shutdown: "Cabinet shut down", offline: "Cabinet offline" } as const;
const DAYLIGHT = 0.9;
const HOUR = 3_600_000;
/** So many hours back a junction's figures are looked for. */
const HOURS = 3;
/** They come each second and are drawn: as messages they would drown the others. */
const DRAWN: ReadonlySet<string> = new Set(["tlc.priority.approach", "tlc.priority.plan"]);

export function openDesk(config: Config, outward: Outward): Desk {
  const holder = byId("street", HTMLDivElement);
  const stage = holder.parentElement;
  const showPower = powerPanel();
  let remote: Remote | undefined;
  let view: StreetView | null = null;
  let chosen: string | null = null;
  let simulated: { readonly state: SimulatorState; readonly at: number } | undefined;

  /** The city's time: the simulator's where there is one. */
  const now = (): number => {
    if (!simulated) return Date.now();
    const { state, at } = simulated;
    return state.now + Math.min(performance.now() - at, 1000) * state.speed;
  };
  const site = () => (remote ? siteOf(remote) : null);
  let zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clockTime = (at: number) => new Date(at).toLocaleTimeString("en-GB", { timeZone: zone });

  const refused = (why: string | null) => notice("refused", "Not done", why);
  const ask = (request: SimulatorRequest) => {
    refused(null);
    if (!outward.ask(request)) refused("The simulator is not reachable.");
  };
  const simulation = simulationPanel(ask, () => {
    const [longest] = [...(site()?.streets ?? [])].sort(([, a], [, b]) => b - a);
    if (longest) ask({ type: "walk", street: longest[0], position: 0, direction: 1 });
  });
  byId("leave", HTMLFormElement).hidden = config.user === null;
  say(byId("user", HTMLSpanElement), config.user ?? "");
  byId("simulation", HTMLFormElement).hidden = config.simulator === null;
  simulation.reachable(false);

  const log = async <V>(code: string, words: string, content: unknown, asked: Promise<CommandOutcome<V>>) => {
    addMessage({ kind: "command", about: code, words, content, at: clockTime(now()) });
    const outcome = await asked;
    const told = { kind: "result", about: code, words: outcomeInWords(outcome), content: outcome };
    addMessage({ ...told, at: clockTime(now()), isLoud: !outcome.ok });
    return outcome;
  };
  const panel = lightPanel({
    set(component, level, minutes) {
      const values = { level, until: iso(now() + minutes * 60_000) };
      const asked = outward.command(config.node, "lighting.level.set", { component, values });
      return log("lighting.level.set", commandInWords(component, values), { component, values }, asked);
    },
    release(component) {
      const asked = outward.command(config.node, "lighting.level.release", { component, values: {} });
      return log("lighting.level.release", component, { component, values: {} }, asked);
    },
    chosen(lamp) {
      chosen = lamp;
      view?.lamps.choose(lamp);
    },
  });

  const showCabinet = () => {
    const presence = remote?.presence ?? null;
    const chip = byId("presence", HTMLParagraphElement);
    chip.dataset["presence"] = presence ?? "unknown";
    say(chip, presence ? PRESENCE[presence] : "Cabinet not heard yet");
    view?.cabinet?.show(presence, remote ? isDoorOpen(remote) : null);
    notice(
      "presence",
      presence === null ? "" : PRESENCE[presence],
      presence === null || presence === "online" ? null : "What is shown is the last it told.",
    );
  };

  const draw = () => {
    if (!remote) return;
    view = drawStreet(holder, remote, {
      choose: (lamp) => panel.choose(lamp),
      walk: (place, direction) => {
        if (config.simulator !== null) ask({ type: "walk", ...place, direction });
      },
      knock: () => {
        if (config.simulator !== null) ask({ type: "door", open: !simulated?.state.door });
      },
      daylight: () => (simulated?.state.sun === "up" ? DAYLIGHT : 0),
    });
    view?.lamps.choose(chosen);
    showCabinet();
  };
  let drawnWidth = 0;
  new ResizeObserver(() => {
    if (holder.clientWidth === drawnWidth) return;
    drawnWidth = holder.clientWidth;
    draw();
  }).observe(holder);

  const showStatus = (code: string, of: Remote) => {
    if (code === "cabinet.inventory") {
      const told = siteOf(of);
      zone = told?.timeZone ?? zone;
      say(byId("site", HTMLParagraphElement), [told?.name, of.node].filter(Boolean).join(" · "));
      panel.list(
        lampsOf(of).map(({ id }) => id),
        zone,
      );
      showCards(of);
      draw();
    }
    junction.heard(code, of);
    if (code === "cabinet.inventory" || code === "lighting.lamps") {
      const lamps = lampsOf(of);
      for (const lamp of lamps) view?.lamps.show(lamp);
      listLamps(byId("lamps", HTMLTableSectionElement), lamps);
    }
    if (code === "cabinet.inventory" || code === "footfall.counts") {
      const counters = countersOf(of);
      for (const counter of counters) view?.counters.show(counter);
      showFootfall(counters);
    }
    if (code === "energy.power") showPower(powerOf(of));
    if (code === "access.contacts") showCabinet();
  };

  const junction = junctionCard(now, (at) => clockTime(at));
  /** A cabinet shows what it has. */
  const showCards = (of: Remote) => {
    const isLit = lampsOf(of).length > 0;
    for (const card of document.querySelectorAll<HTMLElement>(".card.light, .card.power, .card.table"))
      card.hidden = !isLit;
    const people = byId("footfall", HTMLUListElement).parentElement;
    if (people) people.hidden = countersOf(of).length === 0;
    if (stage) stage.hidden = siteOf(of)?.streets.size === 0 && config.simulator === null;
  };

  let hourAt: number | null = null;
  /** Hours that were over before we looked, and those that an outage has held up. */
  const showHours = async () => {
    const at = now();
    const hour = Math.floor(at / HOUR);
    if (remote?.presence !== "online" || hour === hourAt || !junction.isShown) return;
    hourAt = hour;
    const span = { from: instant(at - HOURS * HOUR), to: instant(at + 1) };
    const kept = await outward.past("tlc.priority.hours", span);
    if (kept.ok) for (const { values } of kept.entries) junction.hours(values);
  };

  let nightAt: number | null = null;
  /** Each hour of the city another hour of the night may be there. */
  const showNight = () => {
    const told = site();
    const hour = Math.floor(now() / 3_600_000);
    if (!remote || !told || remote.presence !== "online" || hour === nightAt) return;
    nightAt = hour;
    void showLastNight(outward.past, lampsOf(remote), zonesOf(remote), told.timeZone, instant(now()));
  };

  const frame = (at: number) => {
    view?.people.draw(at);
    junction.draw(at);
    simulation.tick(now(), zone);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  return {
    receive(message, of) {
      remote = of;
      let at = now();
      showNight();
      if (message.type === "presence") showCabinet();
      if (message.type === "alarm") showAlarms(alarmsOf(of));
      if (message.type === "status") {
        at = Date.parse(message.payload?.entries.at(-1)?.ts ?? "") || at;
        showStatus(message.code, of);
        if (DRAWN.has(message.code)) return;
      }
      void showHours();
      const about = message.type === "presence" ? message.node : message.code;
      addMessage({
        kind: message.type,
        about,
        words: inWords(message),
        content: message.payload,
        at: clockTime(at),
        isLoud: message.type === "alarm" && message.payload.entries.some(({ active }) => active),
      });
    },
    broker(isReachable) {
      const text = `No connection to ${config.broker}. What is shown may be old. Trying again.`;
      notice("broker", "Broker not reachable", isReachable ? null : text);
    },
    simulator(isReachable) {
      const text = `No connection to ${config.simulator}. Trying again.`;
      notice("simulator", "Simulator not reachable", isReachable ? null : text);
      simulation.reachable(isReachable);
      if (!isReachable) view?.people.show([], performance.now());
    },
    simulated(state) {
      const at = performance.now();
      simulated = { state, at };
      simulation.state(state);
      view?.people.show(state.walkers, at);
      if (stage && stage.dataset["sun"] !== state.sun) stage.dataset["sun"] = state.sun;
    },
    refused,
  };
}

/** Writes a line below the page's head, or takes it away (`null`). */
function notice(key: string, title: string, text: string | null): void {
  const notices = byId("notices", HTMLDivElement);
  const known = notices.querySelector(`[data-key="${key}"]`);
  if (text === null) {
    known?.remove();
    return;
  }
  const line = known ?? html("div", { class: "notice", "data-key": key }, html("b"), html("span"));
  const [bold, rest] = line.children;
  if (bold) say(bold, title);
  if (rest) say(rest, text);
  if (!known) notices.append(line);
}
