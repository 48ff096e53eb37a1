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

function scene(
  more: { readonly codes?: readonly string[]; readonly timeout?: number; readonly mayAllow?: () => boolean } = {},
  outcome = { ok: true },
) {
  const clock = new VirtualClock(instant(Date.UTC(2026, 1, 24, 20)));
  const said: string[] = [];
  const end = new AbortController();
  const supervisor = {
    throttle(node: string, code: string, action: string, channel?: string, timeout?: number) {
      said.push([node, action, `${code}/${channel}`, timeout].filter((one) => one !== undefined).join(" "));
      return true;
    },
    async command(node: string, code: string, { values }: { values: object }) {
      said.push([node, code, ...Object.values(values)].join(" "));
      return outcome as never;
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

test("a status with a single channel that stands still is started by its code", () => {
  const { said, live } = scene({ codes: ["tlc.groups"] });
  const hear = (code: string, state: ChannelState) =>
    live.take({ topic: "", node: NODE, type: "channel", code, payload: { state } });
  hear("tlc.groups", "running");
  hear("tlc.groups", "running");
  hear("tlc.priority.plan", "stopped");
  const remote = new RemoteCache("x");
  remote.channels.set("tlc.groups", "stopped");
  live.look(remote);
  assert.equal(said, [`${NODE} start tlc.groups/undefined`, "x start tlc.groups/undefined"]);
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

test("where we may have it allowed it is, before the first start and every half hour, and then started once more", async () => {
  const { clock, said, hear, end } = scene({ codes: ["lighting.lamps"], mayAllow: () => may }, { ok: true });
  let may = false;
  hear("lighting.lamps", "stopped");
  assert.equal(said, [`${NODE} start lighting.lamps/live`]);
  may = true;
  hear("lighting.lamps", "stopped");
  await clock.advance(seconds(1));
  assert.equal(said.splice(1), [
    `${NODE} cabinet.live.allow 2026-02-24T21:00:00.000Z`,
    `${NODE} start lighting.lamps/live`,
    `${NODE} start lighting.lamps/live`,
  ]);
  await clock.advance(seconds(1700));
  assert.not(said.some((one) => one.includes("allow")));
  await clock.advance(seconds(200));
  assert.is(said.filter((one) => one.includes("allow")).length, 1);
  end.abort();
});

test("a cabinet that does not allow it is not asked again and again", async () => {
  const { clock, said, hear, end } = scene({ codes: ["lighting.lamps"], mayAllow: () => true }, { ok: false });
  hear("lighting.lamps", "stopped");
  await clock.advance(seconds(1000));
  assert.is(said.filter((one) => one.includes("allow")).length, 1);
  end.abort();
});

test("what tells where somebody walks is told by the moment only while somebody looks, else by means of an hour, people where they are many", () => {
  const TELLING: Readonly<Record<string, readonly string[]>> = {
    "lighting.lamps": ["actualLightState", "targetLightCommand", "reason", "activePower"],
    "lighting.energy": ["measuredPower", "measuredEnergy"],
    "lighting.diagnostics": ["outputCurrent"],
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
        assert.ok(spec.personal, `${code}/${spec.name} wants to be allowed`);
        continue;
      }
      for (const name of channelAttributes(status, spec)) {
        const source = sourceOf(status, name);
        if (!source || !telling.includes(source.base)) continue;
        assert.ok(source.aggregate && spec.periodic >= 3_600_000, `${code}/${spec.name} ${name}`);
      }
    }
  }
});

test.run();
