/** The simulation's clock, speed and door: the only things on the page that a real city would not have. */
import type { SimulatorRequest, SimulatorState } from "../../../sim/control.ts";
import { byId, say } from "./dom.ts";

export interface SimulationPanel {
  state(state: SimulatorState): void;
  reachable(isReachable: boolean): void;
  /** Writes the time of day `now`; called as often as the page is drawn. */
  tick(now: number, timeZone: string): void;
}

export function simulationPanel(ask: (request: SimulatorRequest) => void, walk: () => void): SimulationPanel {
  const form = byId("simulation", HTMLFormElement);
  const hour = byId("hour", HTMLInputElement);
  const hourIs = byId("hour-is", HTMLOutputElement);
  const speed = byId("speed", HTMLInputElement);
  const speedIs = byId("speed-is", HTMLOutputElement);
  const door = byId("door", HTMLButtonElement);
  const time = byId("time", HTMLOutputElement);
  const date = byId("date", HTMLSpanElement);
  /** The hand is on the slider: leave it alone. */
  const held = new Map<HTMLInputElement, number>();
  let isOpen = false;
  let format: { zone: string; time: Intl.DateTimeFormat; date: Intl.DateTimeFormat } | undefined;

  const isFree = (slider: HTMLInputElement) =>
    performance.now() - (held.get(slider) ?? Number.NEGATIVE_INFINITY) > 1200;
  const hold = (slider: HTMLInputElement) => held.set(slider, performance.now());

  form.addEventListener("submit", (event) => event.preventDefault());
  hour.addEventListener("input", () => {
    hold(hour);
    say(hourIs, hourText(Number(hour.value)));
  });
  hour.addEventListener("change", () => ask({ type: "hour", value: Number(hour.value) }));
  speed.addEventListener("input", () => {
    hold(speed);
    say(speedIs, `${speed.value}×`);
    ask({ type: "speed", value: Number(speed.value) });
  });
  door.addEventListener("click", () => ask({ type: "door", open: !isOpen }));
  byId("walk", HTMLButtonElement).addEventListener("click", walk);

  return {
    state(state) {
      isOpen = state.door;
      door.setAttribute("aria-pressed", String(isOpen));
      say(door, isOpen ? "Close the door" : "Open the door");
      if (isFree(speed)) {
        speed.value = String(state.speed);
        say(speedIs, `${Math.round(state.speed * 10) / 10}×`);
      }
    },
    reachable(isReachable) {
      form.classList.toggle("away", !isReachable);
      for (const part of form.querySelectorAll<HTMLInputElement | HTMLButtonElement>("input, button")) {
        part.disabled = !isReachable;
      }
    },
    tick(now, zone) {
      if (format?.zone !== zone) {
        const of = (options: Intl.DateTimeFormatOptions) =>
          new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
        format = {
          zone,
          time: of({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
          date: of({ weekday: "short", day: "numeric", month: "short" }),
        };
      }
      const shown = format.time.format(now);
      if (shown === time.textContent) return;
      say(time, shown);
      say(date, format.date.format(now));
      if (!isFree(hour)) return;
      const [hours = 0, minutes = 0] = shown.split(":").map(Number);
      hour.value = String(hours + minutes / 60);
      say(hourIs, shown);
    },
  };
}

const hourText = (hour: number): string =>
  `${String(Math.floor(hour)).padStart(2, "0")}:${String(Math.round((hour % 1) * 60)).padStart(2, "0")}`;
