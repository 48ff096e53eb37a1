/** A gear that is spoken to by hand, for tests of its parts. */
import { instant, watts } from "../../controllers/units.ts";
import type { Command } from "../../firmware/dali/command.ts";
import { dtr0, dtr1, dtr2, enableDeviceType } from "../../firmware/dali/commands/gear.ts";
import { decodeGear } from "../../firmware/dali/frame.ts";
import { VirtualClock } from "../clock.ts";
import { Gear, type GearOptions } from "../gear.ts";
import { SeededRandom } from "../random.ts";

/** `once` sends one frame; `say` as the command wants, with ENABLE DEVICE TYPE first and twice where it is so. */
export function gearRig(options: Partial<GearOptions> = {}) {
  const clock = new VirtualClock(instant(0));
  const gear = new Gear({ clock, random: new SeededRandom(3), address: 5, power: watts(60), ...options });
  const once = (command: Command<unknown>) => {
    const now = clock.monotonic();
    return gear.hear(command.frame, decodeGear(command.frame.data), now - 14, now);
  };
  const enable = ({ deviceType }: Command<unknown>) => {
    if (deviceType !== undefined) once(enableDeviceType(deviceType));
  };
  const say = (command: Command<unknown>) => {
    enable(command);
    once(command);
    return command.twice ? once(command) : undefined;
  };
  const ask = <R>(command: Command<R>): R => {
    enable(command);
    const value = once(command);
    return command.read(value === undefined ? { kind: "none" } : { kind: "byte", value });
  };
  /** The raw byte it answers with. */
  const byte = (command: Command<unknown>): number | undefined => {
    enable(command);
    return once(command);
  };
  /** Loads the DTRs, then says. */
  const set = (value: number, command: Command<unknown>) => {
    once(dtr0(value));
    say(command);
  };
  const load = (...bytes: readonly number[]) => {
    const [a, b, c] = bytes;
    if (a !== undefined) once(dtr0(a));
    if (b !== undefined) once(dtr1(b));
    if (c !== undefined) once(dtr2(c));
  };
  return { clock, gear, once, say, ask, byte, set, load };
}
