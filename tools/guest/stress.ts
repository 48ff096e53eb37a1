import { duration } from "../../controllers/units.ts";
import { Fault } from "../../firmware/hal/fault.ts";
import type { Ports } from "../../firmware/hal/ports.ts";
import { STRESS } from "../../sim/chips/stress-table.ts";
import type { I2cFault } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import type { FarSide } from "./far-side.ts";

/** Every so many transfers something goes wrong on the wire; the rest of the time the adapter is well. */
const TROUBLE_EVERY = 20;
const TROUBLES: readonly I2cFault[] = [
  { kind: "nack" },
  { kind: "nack-data" },
  { kind: "late", ms: 30 },
  { kind: "late", ms: 60 },
  { kind: "busy", polls: 9 },
  { kind: "busy", polls: 10 },
];
const EDGE_EVERY_MS = 150;

export interface StressResult {
  readonly transfers: number;
  readonly wrong: number;
  /** Typed faults, by kind: allowed where something was injected, and only there. */
  readonly faults: Readonly<Record<string, number>>;
  readonly faultsUninjected: number;
  readonly edgesMade: number;
  readonly edgesSeen: number;
  readonly seconds: number;
  readonly firstWrong?: string;
}

/** Mixed transfers to all chips with edges on a line at the same time. Prints the result as one line of JSON. */
export async function stressI2c(
  ports: Ports,
  adapter: string,
  chip: string,
  far: FarSide,
  count: number,
): Promise<void> {
  const { clock } = ports;
  const random = new SeededRandom(7);
  const bus = await ports.i2c(adapter);
  const edges = await ports.edges({ chip, offset: 0 });
  let edgesSeen = 0;
  let edgesMade = 0;
  let over = false;
  const watch = async () => {
    for await (const _ of edges.changes) edgesSeen++;
  };
  const watching = watch();
  const drive = async () => {
    for (let high = true; !over || !high; high = !high) {
      await far.ask({ ask: "drive", line: 0, high });
      edgesMade++;
      await clock.sleep(duration(EDGE_EVERY_MS), "edge");
    }
  };
  const driving = drive();

  const faults: Record<string, number> = {};
  let wrong = 0;
  let faultsUninjected = 0;
  let firstWrong: string | undefined;
  const began = clock.monotonic();
  for (let i = 0; i < count; i++) {
    const kind = STRESS[Math.floor(random.next() * STRESS.length)];
    if (!kind) continue;
    const transfer = kind.make(random);
    const injected = i % TROUBLE_EVERY === 0;
    if (injected) {
      const fault = TROUBLES[(i / TROUBLE_EVERY) % TROUBLES.length] as I2cFault;
      await far.ask({ ask: "fail", fault, count: 1 + Math.floor(random.next() * 3), address: transfer.address });
    }
    try {
      const answer = await bus.transfer(transfer.address, transfer.write, transfer.read);
      const found = transfer.check(answer);
      if (found !== null) {
        wrong++;
        firstWrong ??= `${transfer.name}: ${found}`;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults[error.kind] = (faults[error.kind] ?? 0) + 1;
      if (!injected) faultsUninjected++;
    }
    if (injected) await far.ask({ ask: "heal" });
  }
  const took = (clock.monotonic() - began) / 1000;
  over = true;
  await driving;
  await clock.sleep(duration(500), "the last edge");
  await edges.close();
  await watching;
  await bus.close();
  const result: StressResult = {
    transfers: count,
    wrong,
    faults,
    faultsUninjected,
    edgesMade,
    edgesSeen,
    seconds: Number(took.toFixed(1)),
    ...(firstWrong === undefined ? {} : { firstWrong }),
  };
  console.log(JSON.stringify(result));
}
