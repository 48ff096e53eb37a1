import type { ComponentId } from "../../controllers/model.ts";
import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { PinAddress } from "../../firmware/hal/pin.ts";
import { expand } from "../../firmware/link/component.ts";
import { attachments } from "./devices.ts";
import { pinKey } from "./world.ts";

/** The pin that a name stands for: a component on a pin, or `chip:offset` of one; and all the names there are. */
export function isPin(
  config: CabinetConfig,
  name: string,
): { readonly ok: boolean; readonly pin: PinAddress | undefined; readonly known: readonly string[] } {
  const pins = [...attachments(config)].flatMap(([id, device]) =>
    device.on === "pin" ? [{ id, pin: device.pin }] : [],
  );
  const found = pins.find(({ id, pin }) => id === name || pinKey(pin) === name);
  return { ok: found !== undefined, pin: found?.pin, known: pins.flatMap(({ id, pin }) => [id, pinKey(pin)]) };
}

/** The lamps that an address of RSMP or a group names; [] where it names none. */
export function lampsOf(
  config: CabinetConfig,
  { lamps, group }: { readonly lamps?: string; readonly group?: string },
): readonly ComponentId[] {
  if (group !== undefined) return config.lamps.flatMap((lamp) => (lamp.group === group ? [lamp.id] : []));
  const ids = config.lamps.map(({ id }) => id);
  const expanded = expand(lamps ?? "lamp", ids);
  return expanded.ok ? expanded.components : [];
}
