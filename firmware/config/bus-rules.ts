/** Which keys go with a bus' gateway: what it hangs on decides. */
import type { GatewayKind } from "../gateways/kind.ts";
import { gateways } from "../gateways/list.ts";
import { checkKeys, type Keys } from "./keys.ts";
import type { Problems } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { anyOf, shown } from "./words.ts";

const KEYS: Readonly<Record<GatewayKind["wire"], Keys>> = {
  bytes: { needed: ["port"] },
  i2c: { needed: ["i2c"] },
  modbus: { needed: ["port", "address", "channel"], optional: ["baud"] },
};

export function checkBuses({ buses = [] }: Draft<ConfigFile>, problems: Problems): void {
  for (const [i, bus] of buses.entries()) {
    const kind = gateways.find(({ name }) => name === bus?.gateway);
    if (!bus || !kind) continue;
    const { name, wire } = kind;
    checkKeys(problems, ["buses", i], bus, `gateway ${name}`, KEYS[wire], KEYS);
    if (kind.wire === "modbus" && bus.channel !== undefined && bus.channel >= kind.channels)
      problems.add(["buses", i, "channel"], shown(bus.channel), `0 to ${kind.channels - 1} for gateway ${name}`);
    for (const [option, value] of Object.entries(bus.options ?? {})) {
      const allowed = kind.options?.[option];
      if (!allowed) problems.add(["buses", i, "options", option], shown(value), `nothing: gateway ${name} has none`);
      else if (value !== undefined && !allowed.includes(value))
        problems.add(["buses", i, "options", option], shown(value), `${anyOf(allowed)} for gateway ${name}`);
    }
  }
}
