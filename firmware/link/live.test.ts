import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { keepLive, liveCodes } from "./live.ts";
import { RemoteCache } from "./manager/remote.ts";
import { statusOf } from "./modules.ts";
import type { ChannelState } from "./payload.ts";
import { channelAttributes, type Status, sourceOf } from "./table.ts";

const NODE = "21231/cab-0117";

function scene(more: { readonly codes?: readonly string[]; readonly timeout?: number } = {}) {
  const clock = new VirtualClock(instant(Date.UTC(2026, 1, 24, 20)));
  const said: string[] = [];
  const end = new AbortController();
  const supervisor = {
    throttle(node: string, code: string, action: string, channel?: string, timeout?: number) {
      said.push([node, action, `${code}/${channel}`, timeout].filter((one) => one !== undefined).join(" "));
      return true;
    },
  };
  const live = keepLive({ supervisor, clock, signal: end.signal, ...more });
  const hear = (code: string, state: ChannelState, channel = "live", node = NODE) =>
    live.take({ topic: "", node, type: "channel", code, channel, payload: { state } });
  return { clock, said, end, live, hear };
}

test("a live channel that is stopped is started, whenever it is heard to be; others are left alone", () => {
  const { said, hear } = scene({ codes: ["lighting.lamps", "energy.power"] });
  hear("lighting.lamps", "stopped");
  hear("lighting.lamps", "stopped", "hourly");
  hear("footfall.counts", "stopped");
  hear("lighting.lamps", "running");
  hear("lighting.lamps", "stopped");
  assert.equal(said, [`${NODE} start lighting.lamps/live`, `${NODE} start lighting.lamps/live`]);
});

test("it is renewed before its time-out, of every node heard, until nobody looks", async () => {
  const { clock, said, hear, end } = scene({ timeout: 3600 });
  hear("lighting.lamps", "running");
  hear("lighting.lamps", "running", "live", "x");
  assert.equal(said, []);
  await clock.advance(seconds(110));
  assert.equal(said.sort(), [
    `${NODE} start lighting.lamps/live 3600`,
    `${NODE} start lighting.lamps/live 3600`,
    "x start lighting.lamps/live 3600",
    "x start lighting.lamps/live 3600",
  ]);
  end.abort();
  hear("lighting.lamps", "stopped");
  await clock.advance(seconds(200));
  assert.is(said.length, 4);
});

test("what was known before it looked is started too", () => {
  const { said, live } = scene();
  const remote = new RemoteCache(NODE);
  remote.channels.set("lighting.lamps/live", "stopped");
  remote.channels.set("lighting.lamps/hourly", "stopped");
  remote.channels.set("energy.power/live", "running");
  live.look(remote);
  assert.equal(said, [`${NODE} start lighting.lamps/live`]);
});

test("what tells where somebody walks is told by the moment only while somebody looks, else by windows of 15 minutes or more", () => {
  const TELLING: Readonly<Record<string, readonly string[]>> = {
    "lighting.lamps": ["actualLightState", "targetLightCommand", "reason", "activePower"],
    "lighting.energy": ["measuredPower"],
    "lighting.buses": ["utilisation"],
    "energy.power": ["activePower", "lampPower"],
    "footfall.counts": ["people", "accumulatedRoadUserNumber", "from", "to"],
  };
  for (const [code, telling] of Object.entries(TELLING)) {
    assert.ok(liveCodes().includes(code), code);
    const status = statusOf(code) as Status;
    for (const spec of status.channels) {
      if (spec.start === "stopped") {
        assert.ok((spec.prune ?? Number.POSITIVE_INFINITY) <= 600_000, `${code}/${spec.name} stops by itself`);
        continue;
      }
      for (const name of channelAttributes(status, spec)) {
        const source = sourceOf(status, name);
        if (!source || !telling.includes(source.base)) continue;
        assert.ok(source.aggregate && spec.periodic >= 900_000, `${code}/${spec.name} ${name}`);
      }
    }
  }
});

test.run();
