/** The card of the junctions: which one, its plan, its stages, who asks for priority, and what an hour came to. */
import type { Remote } from "../../../firmware/link/manager/remote.ts";
import { byId, html, say } from "./dom.ts";
import { drawDiagram } from "./junction-diagram.ts";
import { listRequests, modeInWords, RequestBook, sayHour } from "./junction-lists.ts";
import { type Hour, type JunctionAssets, junctionsOf, nowOf } from "./junction-model.ts";
import { drawJunction, type JunctionPlan } from "./junction-plan.ts";
import { hear, NO_STORY, rowsOf, type Story } from "./junction-story.ts";

export interface JunctionCard {
  /** A status of the cabinet came. */
  heard(code: string, remote: Remote): void;
  /** Values of an hour that the cabinet has kept; the newest is shown. */
  hours(values: Values): void;
  /** Whether the cabinet has a junction. */
  readonly isShown: boolean;
  /** Draws everything as of `at` (ms of the page's own time). */
  draw(at: number): void;
}

type Values = Readonly<Record<string, unknown>>;

/** The diagram moves so often, ms. */
const EVERY = 250;
const NARROWEST = 280;

interface Kept {
  readonly assets: JunctionAssets;
  readonly requests: RequestBook;
  story: Story;
  hour: Hour | null;
}

/** `now`: the city's time. */
export function junctionCard(now: () => number, clockTime: (at: number) => string): JunctionCard {
  const card = byId("junction", HTMLElement);
  const choice = byId("junction-choice", HTMLSelectElement);
  const holder = byId("junction-plan", HTMLDivElement);
  const diagram = byId("junction-stages", HTMLDivElement);
  const kept = new Map<string, Kept>();
  let told = "";
  let remote: Remote | undefined;
  let shown: { readonly kept: Kept; readonly plan: JunctionPlan } | null = null;
  let last = 0;

  const show = () => {
    const one = kept.get(choice.value);
    if (!one) return;
    const plan = drawJunction(one.assets);
    shown = { kept: one, plan };
    holder.replaceChildren(plan.element);
    say(byId("junction-title", HTMLHeadingElement), one.assets.name);
    sayHour(byId("junction-hour", HTMLParagraphElement), one.hour, clockTime);
    refresh();
  };
  choice.addEventListener("change", show);

  const list = (junctions: readonly JunctionAssets[]) => {
    const text = JSON.stringify(junctions);
    if (text === told) return;
    told = text;
    const before = choice.value;
    kept.clear();
    for (const assets of junctions)
      kept.set(assets.id, { assets, requests: new RequestBook(), story: NO_STORY, hour: null });
    choice.replaceChildren(...junctions.map(({ id, name }) => html("option", { value: id }, name)));
    if (kept.has(before)) choice.value = before;
    card.hidden = junctions.length === 0;
    byId("junction-which", HTMLLabelElement).hidden = junctions.length < 2;
    if (junctions.length > 0) show();
    else shown = null;
  };

  const refresh = () => {
    if (!remote || !shown) return;
    const { kept: one, plan } = shown;
    const is = nowOf(remote, one.assets);
    plan.show(is.aspects);
    plan.coming(is.coming, performance.now());
    const mode = byId("junction-mode", HTMLParagraphElement);
    mode.dataset["mode"] = is.mode ?? "unknown";
    say(mode, modeInWords(is));
    listRequests(byId("junction-requests", HTMLUListElement), one.requests.take(is.requests, now()), clockTime);
    const isTold = one.story.entries.length > 0;
    byId("junction-untold", HTMLParagraphElement).hidden = isTold;
    diagram.hidden = !isTold;
  };

  const follow = () => {
    if (!remote) return;
    for (const one of kept.values()) {
      const { stage, since, plan, base } = nowOf(remote, one.assets);
      if (stage !== null) one.story = hear(one.story, { stage, since, plan, base }, now());
    }
  };

  return {
    heard(code, of) {
      remote = of;
      if (code === "cabinet.inventory") list(junctionsOf(of));
      if (kept.size === 0) return;
      if (code === "tlc.groups" || code === "tlc.priority.plan") follow();
      if (code === "tlc.priority.hours") this.hours(of.statuses.get(code)?.values ?? {});
      if (code.startsWith("tlc.")) refresh();
    },
    get isShown() {
      return kept.size > 0;
    },
    hours(values) {
      for (const [id, one] of kept) {
        const hour = hourOf(values, id);
        if (hour.to === undefined || String(hour.to) <= String(one.hour?.to ?? "")) continue;
        one.hour = hour;
        if (one === shown?.kept) sayHour(byId("junction-hour", HTMLParagraphElement), hour, clockTime);
      }
    },
    draw(at) {
      if (!shown) return;
      shown.plan.draw(at);
      if (Math.abs(at - last) < EVERY || diagram.hidden) return;
      last = at;
      const { story, assets } = shown.kept;
      const time = now();
      const stages = assets.stages.map(({ id }) => id);
      const width = Math.max(NARROWEST, diagram.clientWidth);
      diagram.replaceChildren(drawDiagram(rowsOf(story, time), stages, time, width));
    },
  };
}

/** What an entry says of one junction. */
function hourOf(values: Values, id: string): Hour {
  const own = Object.entries(values).map(([name, of]) => [name, (of as Values)[id]]);
  return Object.fromEntries(own.filter(([, value]) => value !== undefined)) as Hour;
}
