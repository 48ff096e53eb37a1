/** Signal heads on a cabinet's outputs: relays, lamps, what is read back of them, and the hardware that flashes when it is not permitted. */
import type { GroupId } from "../../controllers/junction/model.ts";
import type { HeadPins, JunctionConfig, Line } from "../../firmware/config/junctions.ts";
import type { VirtualClock } from "../clock.ts";
import type { SimulatedPin } from "../pin.ts";

/** From an output's level to light, and to what is read back of it. */
const RELAY_MS = 8;

type Colour = "red" | "amber" | "green";
const COLOURS = ["red", "amber", "green"] as const;

export interface SimulatedHeads {
  /** What somebody in the street sees of a group: the lit lamps, or that it flashes. */
  lit(group: GroupId): string;
  /** From here on a lamp is as said, whatever its output does: its relay is welded, it has burnt out. null: it is well again. */
  stick(group: GroupId, colour: Colour, on: boolean | null): void;
  /** Told after each change of what is lit. */
  watch(watcher: () => void): void;
  /** Whether the hardware shows what the outputs say. */
  readonly permitted: boolean;
}

/** Throws TypeError for a junction whose heads are not worked by outputs. */
export function simulateHeads(
  clock: VirtualClock,
  { control }: JunctionConfig,
  pinOf: (address: Line["pin"]) => SimulatedPin,
): SimulatedHeads {
  if (control.kind !== "engine" || !control.heads || !control.permit)
    throw new TypeError("allowed is a junction with engine.heads and engine.permit");
  const { permit } = control;
  const stuck = new Map<string, boolean>();
  const lit = new Map<string, boolean>();
  const watchers: (() => void)[] = [];
  const isOn = ({ pin, when }: Line) => pinOf(pin).high === (when === "high");
  const settle = (group: GroupId, lamps: HeadPins, shows: HeadPins, colour: Colour) => {
    const [lamp, shown] = [lamps[colour], shows[colour]];
    if (!lamp || !shown) return;
    const name = `${group} ${colour}`;
    const on = isOn(permit) && (stuck.get(name) ?? isOn(lamp));
    if (lit.get(name) !== on) {
      lit.set(name, on);
      for (const watcher of watchers) watcher();
    }
    pinOf(shown.pin).set(on === (shown.when === "high"));
  };
  const all = () => {
    for (const { group, lamps, shows } of control.heads ?? [])
      for (const colour of COLOURS) settle(group, lamps, shows, colour);
  };
  const soon = () => void clock.after(RELAY_MS, "simulated heads", all);
  for (const { lamps } of control.heads)
    for (const colour of COLOURS) {
      const line = lamps[colour];
      if (line) pinOf(line.pin).watch(soon);
    }
  pinOf(permit.pin).watch(soon);
  all();
  return {
    lit(group) {
      if (!isOn(permit)) return "flashing";
      return COLOURS.filter((colour) => lit.get(`${group} ${colour}`)).join("+") || "dark";
    },
    stick(group, colour, on) {
      if (on === null) stuck.delete(`${group} ${colour}`);
      else stuck.set(`${group} ${colour}`, on);
      soon();
    },
    watch: (watcher) => void watchers.push(watcher),
    get permitted() {
      return isOn(permit);
    },
  };
}
