/**
 * From a position's bytes to the contact: HFP decoding, the runner and its pass, the contacts' lines, in one process, with
 * simulated pins. Simulated time, this machine's time measured. As a program: `node tools/bench/junction-latency.ts`.
 */
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { silent } from "../../firmware/hal/log.ts";
import { contactsAdapter } from "../../firmware/junction/contacts.ts";
import { junctionRunner } from "../../firmware/junction/runner.ts";
import type { Message } from "../../firmware/vehicles/feed.ts";
import { hfpFeed } from "../../firmware/vehicles/hfp.ts";
import { encodeHfp } from "../../firmware/vehicles/hfp-message.ts";
import { dailyPseudonyms } from "../../firmware/vehicles/pseudonym.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { SeededRandom } from "../../sim/random.ts";
import { headingOn, placeOn, starJunction } from "./junction-star.ts";
import { type Figure, percentile, print } from "./line.ts";

const START = instant(Date.UTC(2026, 5, 1, 7));
const VEHICLES = 20;
/** Simulated seconds, and how many of the first are not measured: the runtime is still being compiled. */
const LASTS = 180;
const WARM_UP = 30;
const TARGET = 10;
/** Where a vehicle begins and ends, m before the stop line. */
const FROM = 370;
const TO = -60;

/** Drives in, stands at the line for a while, goes on, and comes again under another number. */
interface Vehicle {
  readonly random: SeededRandom;
  number: number;
  arm: number;
  before: number;
  speed: number;
  stands: number;
}

function begin(vehicle: Vehicle): void {
  const { random } = vehicle;
  vehicle.number += VEHICLES;
  vehicle.arm = Math.floor(random.next() * 8);
  vehicle.before = FROM;
  vehicle.speed = 8 + 5 * random.next();
  vehicle.stands = Math.floor(30 * random.next());
}

function drive(vehicle: Vehicle): void {
  if (vehicle.before <= 3 && vehicle.before > 0 && vehicle.stands > 0) vehicle.stands--;
  else if (vehicle.before > 3 && vehicle.before - vehicle.speed < 3) vehicle.before = 2;
  else vehicle.before -= vehicle.speed;
  if (vehicle.before < TO) begin(vehicle);
}

function said({ number, arm, before, speed, random }: Vehicle, now: number): Message {
  const { latitude, longitude } = placeOn(arm, before);
  const topic = `/hfp/v2/journey/ongoing/vp/bus/0018/${String(number).padStart(5, "0")}/2001/1/Gare/16:30/1001/5/47;5/30/23/55`;
  return encodeHfp(topic, "vp", {
    ...{ desi: `L${arm}`, dir: "1", oper: 18, veh: number, acc: 0, dl: -120, drst: 0, loc: "GPS", route: "2001" },
    tst: new Date(now).toISOString(),
    spd: before === 2 ? 0 : speed,
    hdg: Math.round(headingOn(arm)),
    lat: latitude + (random.next() - 0.5) * 5e-5,
    long: longitude + (random.next() - 0.5) * 5e-5,
  });
}

/** Milliseconds from a message to the end of its pass, or to the last contact that the pass moved. */
export async function latencyFigure(lasts = LASTS): Promise<Figure> {
  const junction = starJunction();
  const clock = new VirtualClock(START);
  const random = new SeededRandom(11);
  const pins = junction.approaches.map((_, offset) => new SimulatedPin(false, `call ${offset}`));
  let written = 0;
  for (const pin of pins)
    pin.watch(() => {
      written = performance.now();
    });
  const adapter = contactsAdapter({
    id: junction.id,
    calls: junction.approaches.map(({ group }, offset) => ({
      group,
      request: { pin: { chip: "simulated", offset }, when: "high" as const },
    })),
    // Asked for at once: how long before is the controller's matter, not this bench's.
    lead: seconds(600),
    longest: seconds(600),
    ports: {
      input: async ({ offset }) => (pins[offset] as SimulatedPin).input(),
      output: async ({ offset }, initial) => (pins[offset] as SimulatedPin).output(initial),
    },
    clock,
    random,
    log: silent,
  });
  const runner = junctionRunner({ junction, adapter, clock, log: silent, tell: () => {} });
  const over = new AbortController();
  const running = runner.run(over.signal);
  const feed = hfpFeed({ source: "hfp", pseudonyms: dailyPseudonyms({ key: () => new Uint8Array(32), day: () => 0 }) });
  const vehicles = Array.from({ length: VEHICLES }, (_, number): Vehicle => {
    const vehicle = { random: random.fork(`${number}`), number, arm: 0, before: 0, speed: 0, stands: 0 };
    begin(vehicle);
    vehicle.before = FROM * vehicle.random.next();
    return vehicle;
  });

  const passes: number[] = [];
  const contacts: number[] = [];
  let live = 0;
  let cpu = process.cpuUsage();
  for (let tick = 0; tick < lasts * VEHICLES; tick++) {
    await clock.advance(milliseconds(1000 / VEHICLES));
    const vehicle = vehicles[tick % VEHICLES] as Vehicle;
    drive(vehicle);
    const message = said(vehicle, clock.now());
    written = 0;
    const came = performance.now();
    const { requests } = await runner.ask(feed.take(message, clock.now()));
    // Lines are written in the promises that the pass set going.
    for (let turns = 0; turns < 5; turns++) await null;
    const moved = written > 0;
    const took = (moved ? written : performance.now()) - came;
    if (tick < WARM_UP * VEHICLES) {
      cpu = process.cpuUsage();
      continue;
    }
    passes.push(took);
    if (moved) contacts.push(took);
    live += requests.length;
  }
  const { user, system } = process.cpuUsage(cpu);
  over.abort();
  await clock.run(running, seconds(10));
  const round = (ms: number) => Number(ms.toFixed(2));
  return {
    name: "decision latency: position in to contact out, p99",
    value: percentile(passes, 99),
    unit: "ms",
    target: TARGET,
    holds: contacts.length > 0 && percentile(contacts, 99) <= TARGET,
    parts: {
      p50: round(percentile(passes, 50)),
      worst: round(percentile(passes, 100)),
      // Of this process, whatever else the machine does.
      cpuMean: round((user + system) / 1000 / passes.length),
      contactsP99: round(percentile(contacts, 99)),
      contacts: contacts.length,
      passes: passes.length,
      liveRequests: Number((live / passes.length).toFixed(1)),
      through: "HFP decode, runner, contacts on simulated pins",
    },
  };
}

if (import.meta.main) print(await latencyFigure());
