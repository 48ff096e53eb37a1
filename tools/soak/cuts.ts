/**
 * Weeks of a street on virtual time, its network cut again and again for a second to a day: the whole runtime, the real node and the real
 * supervisor, on a broker in memory. Every entry that was recorded must have been had once, in order.
 */
import { duration, hours, instant, minutes, seconds } from "../../controllers/units.ts";
import { type CabinetConfig, readConfig } from "../../firmware/config/read.ts";
import { startNode } from "../../firmware/link/node.ts";
import { connectSupervisor } from "../../firmware/link/supervisor.ts";
import { MemoryBroker } from "../../sim/broker.ts";
import { SeededRandom } from "../../sim/random.ts";
import { startRig } from "../../sim/rig.ts";
import { type Figure, progress } from "../bench/line.ts";
import { compare, listen } from "./heard.ts";

const START = instant(Date.UTC(2026, 10, 18, 16));
const SHORTEST = seconds(1);
const LONGEST = hours(24);
/** Between two cuts, at most. */
const QUIET = minutes(20);
const LIMITS = { bytes: 64e6, age: hours(24 * 30) };

const YAML = `
node: 21231/cuts
site: { name: cuts, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://broker" }
journal: { megabytes: 64, days: 30 }
streets: [{ name: street, length: 200 }]
buses: [{ id: bus/1, gateway: luba, port: ./bus-1, pollEvery: 300 }]
lamps: [{ bus: bus/1, addresses: 0-3, street: street, position: 5, every: 40, power: 42, class: P3, reducedClass: P5 }]
counters: [{ id: counter/1, kind: ascii, port: ./counter-1, street: street, position: 100 }]
contacts: [{ id: door/1, pin: { chip: pinctrl-bcm2711, offset: 17 }, openWhen: high }]
meters: [{ id: meter/1, kind: sdm, port: ./meter-1 }]
schedules: [{ name: night, periods: [{ from: sunset, level: 80, adaptive: true }] }]
`;

function config(): CabinetConfig {
  const read = readConfig(YAML);
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return read.config;
}

/** `kills`: how many of the cuts are deaths of the runtime as well. */
export async function cutFigures({
  cuts,
  kills = 0,
  seed = 1,
}: {
  cuts: number;
  kills?: number;
  seed?: number;
}): Promise<readonly Figure[]> {
  const random = new SeededRandom(seed);
  const cabinet = config();
  let broker: MemoryBroker | undefined;
  const rig = startRig({
    config: cabinet,
    start: START,
    seed,
    people: 6,
    between(hardware) {
      broker = new MemoryBroker(hardware.clock);
      return hardware;
    },
    connect: (node, process) => startNode({ ...node, open: process.session((broker as MemoryBroker).open) }),
  });
  const { clock } = rig;
  const net = broker as unknown as MemoryBroker;
  const heard = listen();
  const supervisor = connectSupervisor({
    url: cabinet.mqtt.url,
    open: net.open,
    id: "cockpit",
    clock,
    random: random.fork("cockpit"),
    since: START,
    onEntry: heard.entry,
    onAlarm: heard.alarm,
    onLost: heard.lost,
  });
  await clock.advance(minutes(5));
  let longest = 0;
  let killed = 0;
  for (let i = 0; i < cuts; i++) {
    await clock.advance(duration(random.next() * QUIET));
    // As many short ones as long ones: the logarithm is even.
    const length = Math.round(SHORTEST * (LONGEST / SHORTEST) ** random.next());
    longest = Math.max(longest, length);
    const who = random.next() < 0.8 ? cabinet.node : "cockpit";
    net.cut(who);
    if (random.next() < kills / cuts) {
      rig.kill();
      killed++;
      await clock.advance(seconds(3));
      rig.restart();
    }
    for (let left = length; left > 0; left -= minutes(30)) {
      await clock.advance(duration(Math.min(left, minutes(30))));
      rig.cabinet.setDoor(random.next() < 0.5);
    }
    net.restore(who);
    if ((i + 1) % 50 === 0) progress(`${i + 1} of ${cuts} cuts, ${heard.count} entries had`);
  }
  await clock.advance(minutes(30));
  await clock.run(rig.end(), seconds(5));
  await clock.advance(minutes(2));
  const journal = await rig.ports.journal(LIMITS);
  const { examples, recorded, ...wrong } = compare(journal, heard);
  for (const example of [...examples, ...heard.losses.slice(0, 10).map((lost) => JSON.stringify(lost))])
    progress(example);
  void supervisor.close();
  return [
    {
      name: `link cuts: ${cuts} of 1 s to 24 h; entries not had once and in order`,
      value: Object.values(wrong).reduce((all, one) => all + one, 0),
      unit: "",
      target: 0,
      parts: {
        recorded,
        had: heard.count,
        ...wrong,
        lost: heard.losses.length,
        kills: killed,
        days: Math.round((clock.now() - START) / 86_400_000),
        longestHours: Math.round(longest / 360_000) / 10,
      },
      holds: recorded > cuts && heard.losses.length === 0,
    },
  ];
}
