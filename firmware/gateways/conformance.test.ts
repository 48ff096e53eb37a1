/** The conformance suite over every kind of the list, each model of its twin, on its wire. */
import { test } from "uvu";
import type { Model } from "../../sim/gateways/kind.ts";
import { openBench } from "./conformance-bench.ts";
import type { Rig, WireRig } from "./conformance-rig.ts";
import { cases } from "./conformance-suite.ts";
import type { GatewayKind } from "./kind.ts";
import { gateways } from "./list.ts";
import { bytesRig } from "./rig-bytes.ts";
import { i2cRig } from "./rig-i2c.ts";
import { modbusRig } from "./rig-modbus.ts";

function conform<Kind extends GatewayKind>(kind: Kind, wire: WireRig<Kind>): void {
  for (const model of wire.models(kind)) {
    for (const { name, when, harm, run } of cases) {
      if (when?.(model.traits) === false || (harm && !wire.harms.includes(harm))) continue;
      test(`${titleOf(kind, model)}: ${name}`, () => run(made(() => wire.make(kind, model), model)));
    }
  }
}

const titleOf = ({ name }: GatewayKind, model: Model): string => (model.name ? `${name}, ${model.name}` : name);
const made = (rig: () => Rig, { traits }: Model) => ({ rig, open: () => openBench(rig()), traits });

for (const kind of gateways) {
  switch (kind.wire) {
    case "bytes":
      conform(kind, bytesRig);
      break;
    case "i2c":
      conform(kind, i2cRig);
      break;
    case "modbus":
      conform(kind, modbusRig);
      break;
  }
}

test.run();
