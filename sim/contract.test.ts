/** The ports' contracts on the simulator's side. */
import { instant, milliseconds } from "../controllers/units.ts";
import { clockContract, wallContract } from "../firmware/hal/contract/clock.ts";
import { journalContract } from "../firmware/hal/contract/journal.ts";
import { pinContract } from "../firmware/hal/contract/pin.ts";
import { storeContract } from "../firmware/hal/contract/store.ts";
import { type KeptJournal, keepJournal } from "../firmware/hal/journal-keeper.ts";
import { VirtualClock } from "./clock.ts";
import type { SimulatedCabinet } from "./hardware.ts";
import { memoryDisk } from "./journal.ts";
import { SimulatedPin } from "./pin.ts";
import { memoryStore, simulatedPorts } from "./ports.ts";
import { SeededRandom } from "./random.ts";

const PULSE = milliseconds(5);

function time() {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 22, 20)));
  const run = <T>(work: Promise<T>, limit: Parameters<VirtualClock["run"]>[1]) => clock.run(work, limit);
  return { clock, run, close: async () => {} };
}

clockContract("virtual", async () => time());
wallContract("virtual", async () => {
  const bench = time();
  const jump = async (ms: number) => {
    bench.clock.jump(ms);
    bench.clock.trust = bench.clock.now() < Date.UTC(2026, 0, 1) ? "unset" : "held";
  };
  return { ...bench, jump };
});
storeContract("memory", async () => {
  const store = memoryStore();
  return { ...time(), store, again: async () => store };
});
journalContract("memory", async () => {
  const bench = time();
  const disk = memoryDisk();
  const opened: KeptJournal[] = [];
  return {
    ...bench,
    async open(limits) {
      const journal = await keepJournal(disk.open, limits, bench.clock, new SeededRandom(opened.length));
      opened.push(journal);
      return journal;
    },
    kill: () => opened.at(-1)?.abandon(),
    jump(ms, isSet) {
      bench.clock.jump(ms);
      bench.clock.trust = isSet ? "held" : "unset";
    },
  };
});
pinContract("simulated", async () => {
  const bench = time();
  const pins = [new SimulatedPin(), new SimulatedPin()] as const;
  const [driven, shown] = pins;
  const cabinet: Pick<SimulatedCabinet, "clock" | "pin"> = {
    clock: bench.clock,
    pin: ({ chip, offset }) => (chip === "chip" ? pins[offset] : undefined),
  };
  return {
    ...bench,
    ports: simulatedPorts(cabinet as SimulatedCabinet, new SeededRandom(1)),
    in: { chip: "chip", offset: 0 },
    out: { chip: "chip", offset: 1 },
    drive: async (high) => driven.set(high),
    seen: async () => shown.high,
    pulse: PULSE,
    async pulses(count) {
      for (let i = 0; i < 2 * count; i++) {
        driven.set(!driven.high);
        await bench.clock.sleep(PULSE, "far side");
      }
    },
    unplug: async () => pins.forEach((pin) => void pin.unplug()),
    replug: async () => pins.forEach((pin) => void pin.replug()),
  };
});
