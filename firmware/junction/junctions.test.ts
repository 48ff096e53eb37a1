/** A cabinet at a junction whose controller it asks by contacts: the whole runtime on simulated hardware and virtual time. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../controllers/units.ts";
import { signalController } from "../../sim/contacts.ts";
import { type JunctionSite, startSite } from "../../sim/junction/site.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { memoryStore } from "../../sim/ports.ts";
import { encodeHfp } from "../vehicles/hfp-message.ts";
import { encodeTelegram } from "../vehicles/r09-telegram.ts";

const text = readFileSync(new URL("../../tools/examples/junction.yaml", import.meta.url), "utf8");
const LINES = { request: 5, cleared: 6, green: 13, ready: 19, alive: 26 } as const;
const APPROACH = { from: 340, to: 60, speed: 11 };

interface Scene {
  readonly site: JunctionSite;
  readonly pins: Readonly<Record<keyof typeof LINES, SimulatedPin>>;
  readonly controller: ReturnType<typeof signalController>;
  /** All that the cockpit was told of requests, in order, without repetition. */
  readonly states: string[];
}

async function scene(store = memoryStore()): Promise<Scene> {
  const site = await startSite({ config: text, store });
  const pins = Object.fromEntries(
    Object.entries(LINES).map(([name, offset]) => [name, site.cabinet.wire({ chip: "pinctrl-bcm2711", offset })]),
  ) as Scene["pins"];
  // The controller's contacts pull the cabinet's inputs to ground: low is closed.
  const contact = (pin: SimulatedPin) => {
    const closed = new SimulatedPin(false);
    closed.watch((on) => pin.set(!on));
    return closed;
  };
  const controller = signalController(site.clock, {
    call: pins.request,
    cleared: pins.cleared,
    ready: contact(pins.ready),
    granted: contact(pins.green),
  });
  await site.clock.advance(seconds(10));
  return { site, pins, controller, states: [] };
}

const listed = ({ cockpit }: JunctionSite) =>
  (cockpit.status.get("tlc.priority.requests")?.get("status") ?? []) as {
    r: string;
    s: string;
    g?: string;
    l?: string;
  }[];
const told = ({ cockpit }: JunctionSite, code: string, name: string) => cockpit.status.get(code)?.get(name);
/** A bus along the approach; it stops where the signal is not green. */
const drive = async ({ site, pins, states }: Scene, run: Partial<typeof APPROACH> = {}) => {
  const { line } = site.config.junctions[0]!.junction.approaches[0]!;
  let waited = 0;
  await site.drive({
    vehicle: 423,
    line,
    ...APPROACH,
    ...run,
    held(before) {
      for (const { s } of listed(site)) if (states.at(-1) !== s) states.push(s);
      const isHeld = before < 6 && before > -6 && pins.green.high;
      if (isHeld) waited++;
      assert.ok(waited < 60, "it waits for ever");
      return isHeld;
    },
  });
  await site.clock.advance(seconds(5));
  for (const { s } of listed(site)) if (states.at(-1) !== s) states.push(s);
  return waited;
};
const end = ({ site }: Scene) => site.clock.run(site.end(), seconds(3));

test("a bus that comes asks for green by its contact in time, and is reported gone", async () => {
  const all = await scene();
  const { site, pins, controller } = all;
  let cleared = 0;
  pins.cleared.watch((high) => {
    if (high) cleared++;
  });
  const waited = await drive(all);
  assert.is(waited, 0, "its green was there when it came");
  assert.equal([controller.calls, controller.grants, cleared], [1, 1, 1]);
  assert.not(pins.request.high, "the contact is open again");
  assert.is(all.states[0], "activated");
  assert.is(all.states.includes("completed") || all.states.length === 1, true);
  assert.equal(listed(site), [], "what ended is told once");
  assert.is(told(site, "tlc.junctions", "mode tlc/1"), "running");
  assert.is(told(site, "tlc.groups", "signalgroupstatus tlc/1/A"), "B", "as the controller's contact says");
  await end(all);
  // Told when the cabinet ends, up to there.
  assert.is(told(site, "tlc.priority.hours", "vehicles tlc/1"), 1);
  const [line] = told(site, "tlc.priority.hours", "lines tlc/1") as { line: string; vehicles: number }[];
  assert.equal([line?.line, line?.vehicles], ["L1", 1]);
});

test("nobody is told a vehicle's own number", async () => {
  const all = await scene();
  const names = new Set<string>();
  const watch = all.pins.request.watch(() => {
    for (const { r } of listed(all.site)) names.add(r);
  });
  await drive(all);
  watch();
  assert.is(names.size, 1);
  for (const name of names) assert.match(name, /^feed\/1 [0-9a-f]{16}$/);
  await end(all);
});

test("a controller that is not ready is not asked, and an alarm says so; then it is asked again", async () => {
  const all = await scene();
  const { site, controller, pins } = all;
  controller.operate(false);
  await site.clock.advance(seconds(3));
  assert.ok(site.cockpit.alarms.has("tlc.hardware.warning tlc/1"));
  assert.is(told(site, "tlc.junctions", "mode tlc/1"), "lost");
  const command = { component: [], values: { type: "new", requestId: "r1", signalGroupId: "A", eta: 20 } } as const;
  const refused = (await site.cockpit.command("tlc.priority.request", command)) as { ok: boolean };
  assert.not(refused.ok);
  assert.not(pins.request.high);
  controller.operate(true);
  await site.clock.advance(seconds(8));
  assert.not(site.cockpit.alarms.has("tlc.hardware.warning tlc/1"));
  assert.is(await drive(all), 0);
  await end(all);
});

test("a wire that breaks while a bus comes: its call ends, the rest goes on, and the next bus is served", async () => {
  const all = await scene();
  const { site, pins } = all;
  const driving = drive(all, { to: -150 });
  await driving;
  assert.is(listed(site)[0]?.s, "activated");
  pins.request.unplug();
  pins.green.unplug();
  await site.clock.advance(seconds(3));
  assert.ok(site.cockpit.alarms.has("tlc.hardware.warning tlc/1"));
  assert.equal(
    listed(site).filter(({ s }) => s === "activated"),
    [],
    "who cannot be served is told so",
  );
  pins.request.replug();
  pins.green.replug();
  await site.clock.advance(seconds(10));
  assert.not(site.cockpit.alarms.has("tlc.hardware.warning tlc/1"));
  await site.clock.advance(seconds(120));
  assert.is(await drive(all), 0);
  await end(all);
});

test("the cockpit asks, brings up to date and withdraws; what is wrong is named", async () => {
  const all = await scene();
  const { site, pins } = all;
  const ask = async (values: object) => {
    const done = site.cockpit.command("tlc.priority.request", { component: [], values, issuer: "cockpit" } as never);
    await site.clock.advance(seconds(1));
    return (await site.clock.run(done, seconds(5))) as { ok: boolean; error?: { kind: string; field: string } };
  };
  assert.ok((await ask({ type: "new", requestId: "r1", approachId: 1, eta: 12, vehicleType: "bus" })).ok);
  assert.ok(pins.request.high, "12 s before it comes: at once");
  assert.is(listed(site)[0]?.r, "r1");
  assert.ok((await ask({ type: "update", requestId: "r1", eta: 20 })).ok);
  assert.ok((await ask({ type: "cancel", requestId: "r1" })).ok);
  await site.clock.advance(seconds(1));
  assert.not(pins.request.high);
  const wrong = await ask({ type: "new", requestId: "r2", signalGroupId: "Z" });
  assert.equal([wrong.error?.kind, wrong.error?.field], ["invalid", "signalGroupId"]);
  assert.is((await ask({ type: "update", requestId: "r3", eta: 5 })).error?.field, "requestId");
  assert.is(
    (await ask({ type: "new", requestId: "r4", signalGroupId: "A", junction: "tlc/2" })).error?.kind,
    "unknown-component",
  );
  await end(all);
});

test("a restart in the middle of a call opens the contact, and asks again for a bus that still comes", async () => {
  const all = await scene();
  const { site, pins } = all;
  await drive(all, { to: -100 });
  assert.ok(pins.request.high);
  site.kill();
  await site.clock.advance(seconds(5));
  assert.ok(pins.request.high, "nobody is there to open it");
  site.restart();
  await site.clock.advance(milliseconds(200));
  assert.not(pins.request.high, "who begins anew asks for nothing");
  assert.equal(listed(site), [], "nor does the cockpit go on seeing what nobody knows any more");
  // The controller ends what it had begun for the first call.
  await site.clock.advance(seconds(40));
  await drive(all, { from: 250 });
  assert.equal(listed(site), []);
  assert.not(pins.request.high);
  await end(all);
});

test("an end in order opens every contact", async () => {
  const all = await scene();
  await drive(all, { to: -100 });
  assert.ok(all.pins.request.high);
  await end(all);
  assert.not(all.pins.request.high);
});

test("a vehicle that asks by HFP's own request is answered, and a foreign junction's request is not heard", async () => {
  const site = await startSite({
    config: text.replace("group: A\n        # Middle", "group: A\n        hfp: { sid: 7, group: 1 }\n        # Middle"),
  });
  site.cabinet.wire({ chip: "pinctrl-bcm2711", offset: LINES.ready }).set(false);
  await site.clock.advance(seconds(10));
  const answers: string[] = [];
  site.broker.watch = (client, topic, payload) => {
    if (client !== "buses" && topic.includes("/tla/")) answers.push(`${topic} ${new TextDecoder().decode(payload)}`);
  };
  const ask = (sid: number) => {
    const topic = "/hfp/v2/journey/ongoing/tlr/bus/0018/00423/2001/1/Gare/16:30/1001/5/47;5/30/23/55/7";
    const now = site.clock.now();
    const fields = {
      oper: 18,
      veh: 423,
      tst: new Date(now).toISOString(),
      tsi: Math.floor(now / 1000),
      desi: "L1",
      sid,
    };
    const request = {
      "signal-groupid": 1,
      "tlp-requestid": sid,
      "tlp-requesttype": "NORMAL",
      "tlp-prioritylevel": "normal",
    };
    site.publish(topic, encodeHfp(topic, "tlr", { ...fields, ...request }).payload);
    return site.clock.advance(seconds(2));
  };
  await ask(8);
  assert.equal(listed(site), []);
  await ask(7);
  assert.is(listed(site)[0]?.g, "A");
  assert.is(answers.length, 1);
  assert.match(answers[0] ?? "", /"tlp-decision":"ACK"/);
  await site.clock.run(site.end(), seconds(3));
});

test("telegrams of a radio, pages of a server: every feed comes to the junction", async () => {
  const feeds = `vehicles:
  - { id: feed/1, kind: gtfs-rt, url: "https://city.example/vehicles.pb", every: 5 }
  - { id: feed/2, kind: r09, port: /dev/radio }
`;
  const [before = "", after = ""] = [
    text.slice(0, text.indexOf("# Where the buses")),
    text.slice(text.indexOf("junctions:")),
  ];
  const site = await startSite({
    config: `${before}${feeds}${after.replace("group: A\n        # Middle", "group: A\n        r09: { junction: 12, direction: 1 }\n        # Middle")}`,
  });
  await site.clock.advance(seconds(10));
  assert.ok(site.cockpit.alarms.has("cabinet.port feed/1"), "nobody answers at that address");
  site.ports.net.pages.set("https://city.example/vehicles.pb", new Uint8Array());
  await site.clock.advance(seconds(10));
  assert.not(site.cockpit.alarms.has("cabinet.port feed/1"));
  site.cabinet.wire({ chip: "pinctrl-bcm2711", offset: LINES.ready }).set(false);
  await site.clock.advance(seconds(10));
  const telegram = {
    type: "R09.16",
    delay: 2,
    direction: 1,
    priority: 0,
    wish: 0,
    line: 11,
    run: 7,
    destination: 3,
    length: 1,
  } as const;
  const say = (junction: number, status: "pre-registration" | "de-registration") => {
    site.cabinet.radios.get("feed/2")?.say(encodeTelegram({ ...telegram, junction, status }));
    return site.clock.advance(seconds(2));
  };
  await say(13, "pre-registration");
  assert.equal(listed(site), [], "at another junction");
  await say(12, "pre-registration");
  assert.equal([listed(site)[0]?.g, listed(site)[0]?.l], ["A", "11"]);
  await say(12, "de-registration");
  assert.equal(listed(site), []);
  await site.clock.run(site.end(), seconds(3));
});

test("two junctions in one cabinet: each has its own requests, plans and signals, and a command says which it means", async () => {
  const second = text.slice(text.indexOf("  - id: tlc/1"), text.indexOf("    # The wires")).replace("tlc/1", "tlc/2");
  const plans = second.replace(
    "    approaches:",
    "      - id: 2\n        cycle: 90\n        stages: [{ stage: avenue, at: 0 }, { stage: side, at: 50 }]\n    approaches:",
  );
  const store = memoryStore();
  const site = await startSite({ config: `${text}${plans}    engine: { simulated: true }\n`, store });
  await site.clock.advance(seconds(10));
  const command = async (code: "tlc.plan.set" | "tlc.priority.request", values: object) => {
    const done = site.cockpit.command(code, { component: [], values } as never);
    return (await site.clock.run(done, seconds(2))) as { ok: boolean; error?: { kind: string; field: string } };
  };
  assert.equal((await command("tlc.plan.set", { plan: 2 })).error?.field, "junction");
  assert.equal((await command("tlc.plan.set", { plan: 2, junction: "tlc/1" })).error?.field, "plan");
  assert.ok((await command("tlc.plan.set", { plan: 2, junction: "tlc/2" })).ok);
  await site.clock.advance(seconds(2));
  assert.equal([told(site, "tlc.junctions", "plan tlc/1"), told(site, "tlc.junctions", "plan tlc/2")], [1, 2]);
  assert.ok(
    (
      await command("tlc.priority.request", {
        type: "new",
        requestId: "r",
        signalGroupId: "A",
        junction: "tlc/2",
        eta: 30,
      })
    ).ok,
  );
  await site.clock.advance(seconds(1));
  assert.equal(
    listed(site).map((one) => (one as { j?: string }).j),
    ["tlc/2"],
  );
  assert.ok(
    (await command("tlc.priority.request", { type: "cancel", requestId: "r" })).ok,
    "it is known where it went",
  );
  await site.clock.advance(seconds(1));
  assert.equal(listed(site), []);
  site.kill();
  site.restart();
  await site.clock.advance(seconds(5));
  assert.is(told(site, "tlc.junctions", "plan tlc/2"), 2, "a plan that was chosen outlives a restart");
  await site.clock.run(site.end(), seconds(3));
});

test("the watchdog line moves while the cabinet works, and stands still when it does not", async () => {
  const all = await scene();
  const { site, pins } = all;
  let edges = 0;
  pins.alive.watch(() => edges++);
  await site.clock.advance(seconds(10));
  assert.ok(edges >= 19 && edges <= 21, `${edges} edges in 10 s`);
  site.kill();
  edges = 0;
  await site.clock.advance(seconds(10));
  assert.is(edges, 0);
});

test.run();
